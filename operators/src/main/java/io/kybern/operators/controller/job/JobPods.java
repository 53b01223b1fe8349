package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import io.kybern.operators.controller.PodState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The pods of a Job, and what they have come to. A pod counts once: the finalizer that each gets is taken off when it has
 * been counted (KEP-2307).
 *
 * @param active neither ended nor being deleted
 * @param terminating being deleted, and not ended
 * @param newlySucceeded ended well, and not counted yet
 * @param newlyFailed ended otherwise, or gone away while it ran, and not counted yet
 * @param succeededIndexes of an indexed Job, with those that were counted before
 */
record JobPods(
        List<Pod> all,
        List<Pod> active,
        List<Pod> terminating,
        List<Pod> newlySucceeded,
        List<Pod> newlyFailed,
        SortedSet<Integer> succeededIndexes) {
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    static JobPods of(Job job, List<Pod> pods) {
        Set<String> uncounted = uncounted(job);
        boolean indexed = isIndexed(job);
        List<Pod> tracked = pods.stream()
                .filter(JobPods::isTracked)
                .filter(p -> !uncounted.contains(p.getMetadata().getUid()))
                .filter(p -> !indexed || Indexes.of(p) >= 0 && Indexes.of(p) < completions(job))
                .toList();
        SortedSet<Integer> indexes = new TreeSet<>();
        if (indexed) {
            String known = job.getStatus() == null ? "" : job.getStatus().getCompletedIndexes();
            indexes.addAll(Indexes.parse(known, completions(job)));
            pods.stream()
                    .filter(p -> PodState.phase(p).equals("Succeeded") && isTracked(p))
                    .map(Indexes::of)
                    .filter(index -> index >= 0 && index < completions(job))
                    .forEach(indexes::add);
        }
        return new JobPods(
                pods,
                pods.stream().filter(PodState::isActive).toList(),
                pods.stream()
                        .filter(p -> PodState.isDeleting(p) && !PodState.isTerminal(p))
                        .toList(),
                tracked.stream()
                        .filter(p -> PodState.phase(p).equals("Succeeded"))
                        .toList(),
                tracked.stream().filter(p -> hasFailed(job, p)).toList(),
                indexes);
    }

    /** One that is being deleted has failed, unless its replacement waits until it really has. */
    private static boolean hasFailed(Job job, Pod pod) {
        boolean waits = "Failed".equals(job.getSpec().getPodReplacementPolicy());
        return PodState.phase(pod).equals("Failed") || PodState.isDeleting(pod) && !PodState.isTerminal(pod) && !waits;
    }

    private static Set<String> uncounted(Job job) {
        Set<String> out = new HashSet<>();
        UncountedTerminatedPods pods =
                job.getStatus() == null ? null : job.getStatus().getUncountedTerminatedPods();
        if (pods != null) {
            out.addAll(pods.getSucceeded());
            out.addAll(pods.getFailed());
        }
        return out;
    }

    static boolean isTracked(Pod pod) {
        return pod.getMetadata().getFinalizers() != null
                && pod.getMetadata().getFinalizers().contains(FINALIZER);
    }

    static boolean isIndexed(Job job) {
        return "Indexed".equals(job.getSpec().getCompletionMode());
    }

    /** How many must succeed; -1 if one is enough to stop starting more. */
    static int completions(Job job) {
        Integer completions = job.getSpec().getCompletions();
        return completions == null ? -1 : completions;
    }

    int ready() {
        return (int) active.stream().filter(PodState::isReady).count();
    }
}
