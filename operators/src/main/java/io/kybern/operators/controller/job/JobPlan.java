package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.kybern.operators.controller.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a Job needs now. Pure. Source: {@code pkg/controller/job}. */
final class JobPlan {
    /** The original's: so many pods are made at once at most. */
    private static final int BURST = 500;

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration LAST_BACKOFF = Duration.ofMinutes(10);

    private JobPlan() {}

    /** Why the Job is over, as its condition says it. */
    record Verdict(String type, String reason, String message) {}

    /** What to do now. */
    sealed interface Action {
        record Nothing() implements Action {}

        /**
         * Pods are to be made.
         *
         * @param indexes of an indexed Job; else as many times -1
         */
        record Create(List<Integer> indexes) implements Action {}

        record Delete(List<Pod> pods) implements Action {}

        /** Not yet: pods have just failed. */
        record Wait(Duration delay) implements Action {}
    }

    /**
     * @param succeeded with those that have not been counted yet; so {@code failed}
     */
    record Counts(int succeeded, int failed) {
        static Counts of(Job job, JobPods pods) {
            int succeeded =
                    number(job.getStatus() == null ? null : job.getStatus().getSucceeded());
            int failed = number(job.getStatus() == null ? null : job.getStatus().getFailed());
            var uncounted = job.getStatus() == null ? null : job.getStatus().getUncountedTerminatedPods();
            if (uncounted != null) {
                succeeded += uncounted.getSucceeded().size();
                failed += uncounted.getFailed().size();
            }
            failed += pods.newlyFailed().size();
            succeeded = JobPods.isIndexed(job)
                    ? pods.succeededIndexes().size()
                    : succeeded + pods.newlySucceeded().size();
            return new Counts(succeeded, failed);
        }
    }

    static int number(@org.jspecify.annotations.Nullable Integer value) {
        return value == null ? 0 : value;
    }

    /** Empty: it goes on. */
    static Optional<Verdict> verdict(Job job, JobPods pods, Counts counts, Instant now) {
        Optional<JobCondition> target = JobConditions.find(JobConditions.of(job), JobConditions.FAILURE_TARGET)
                .filter(c -> c.getStatus().equals("True"));
        if (target.isPresent()) {
            return Optional.of(new Verdict(
                    JobConditions.FAILED, target.get().getReason(), target.get().getMessage()));
        }
        int limit = job.getSpec().getBackoffLimit() == null ? 6 : job.getSpec().getBackoffLimit();
        if (counts.failed() > limit || restarts(job, pods, limit)) {
            return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        if (left(job, now).filter(left -> !left.isPositive()).isPresent()) {
            return failed("DeadlineExceeded", "Job was active longer than specified deadline");
        }
        if (isComplete(job, pods, counts)) {
            return Optional.of(new Verdict(
                    JobConditions.COMPLETE, "CompletionsReached", "Reached expected number of succeeded pods"));
        }
        return Optional.empty();
    }

    private static Optional<Verdict> failed(String reason, String message) {
        return Optional.of(new Verdict(JobConditions.FAILED, reason, message));
    }

    private static boolean isComplete(Job job, JobPods pods, Counts counts) {
        int completions = JobPods.completions(job);
        if (isSuspended(job)) {
            return false;
        }
        return completions < 0 ? counts.succeeded() > 0 && pods.active().isEmpty() : counts.succeeded() >= completions;
    }

    static boolean isSuspended(Job job) {
        return Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    /** Containers that start again in place count, too. */
    private static boolean restarts(Job job, JobPods pods, int limit) {
        if (!"OnFailure".equals(job.getSpec().getTemplate().getSpec().getRestartPolicy())) {
            return false;
        }
        int restarts = 0;
        for (Pod pod : pods.active()) {
            if (pod.getStatus() != null && List.of("Running", "Pending").contains(PodState.phase(pod))) {
                for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
                    restarts += number(status.getRestartCount());
                }
                for (ContainerStatus status : pod.getStatus().getInitContainerStatuses()) {
                    restarts += number(status.getRestartCount());
                }
            }
        }
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    /** How long it may still be active; empty: as long as it likes. */
    static Optional<Duration> left(Job job, Instant now) {
        Long seconds = job.getSpec().getActiveDeadlineSeconds();
        String start = job.getStatus() == null ? null : job.getStatus().getStartTime();
        if (seconds == null || start == null || isSuspended(job)) {
            return Optional.empty();
        }
        return Optional.of(Duration.between(now, Instant.parse(start).plusSeconds(seconds)));
    }

    static Action action(Job job, JobPods pods, Counts counts, Instant now) {
        List<Pod> active = pods.active();
        if (isSuspended(job)) {
            return active.isEmpty() ? new Action.Nothing() : new Action.Delete(active);
        }
        boolean waits = "Failed".equals(job.getSpec().getPodReplacementPolicy());
        int running = active.size() + (waits ? pods.terminating().size() : 0);
        int wanted = wanted(job, counts, running);
        if (running > wanted) {
            return new Action.Delete(active.stream()
                    .sorted(Comparator.comparing(PodState::isReady)
                            .thenComparing(
                                    Comparator.comparing(PodState::createdAt).reversed()))
                    .limit(running - wanted)
                    .toList());
        }
        if (running == wanted) {
            return new Action.Nothing();
        }
        Optional<Duration> delay = backoff(pods, counts, now);
        if (delay.isPresent()) {
            return new Action.Wait(delay.get());
        }
        int missing = Math.min(wanted - running, BURST);
        return new Action.Create(indexes(job, pods, missing));
    }

    private static int wanted(Job job, Counts counts, int running) {
        int parallelism =
                job.getSpec().getParallelism() == null ? 1 : job.getSpec().getParallelism();
        int completions = JobPods.completions(job);
        if (completions < 0) {
            return counts.succeeded() > 0 ? Math.min(running, parallelism) : parallelism;
        }
        return Math.max(0, Math.min(completions - counts.succeeded(), parallelism));
    }

    private static List<Integer> indexes(Job job, JobPods pods, int missing) {
        if (!JobPods.isIndexed(job)) {
            return java.util.Collections.nCopies(missing, -1);
        }
        SortedSet<Integer> taken = new TreeSet<>(pods.succeededIndexes());
        pods.active().forEach(pod -> taken.add(Indexes.of(pod)));
        if ("Failed".equals(job.getSpec().getPodReplacementPolicy())) {
            pods.terminating().forEach(pod -> taken.add(Indexes.of(pod)));
        }
        return new ArrayList<>(Indexes.free(missing, JobPods.completions(job), taken));
    }

    /** After the last failure: 10 s, doubled by each failure since the last success. */
    private static Optional<Duration> backoff(JobPods pods, Counts counts, Instant now) {
        Optional<Instant> last = pods.all().stream()
                .filter(pod ->
                        PodState.phase(pod).equals("Failed") || PodState.isDeleting(pod) && !PodState.isTerminal(pod))
                .filter(pod -> PodState.phase(pod).equals("Failed"))
                .map(JobPlan::ended)
                .max(Comparator.naturalOrder());
        if (last.isEmpty() || counts.failed() == 0) {
            return Optional.empty();
        }
        int doublings = Math.min(counts.failed() - 1, 10);
        Duration delay = FIRST_BACKOFF.multipliedBy(1L << doublings);
        Duration left =
                Duration.between(now, last.get().plus(delay.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : delay));
        return Optional.of(left).filter(Duration::isPositive);
    }

    private static Instant ended(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getState() != null && status.getState().getTerminated() != null)
                .map(status -> status.getState().getTerminated().getFinishedAt())
                .filter(time -> time != null)
                .map(Instant::parse)
                .max(Comparator.naturalOrder())
                .orElseGet(() -> PodState.createdAt(pod));
    }
}
