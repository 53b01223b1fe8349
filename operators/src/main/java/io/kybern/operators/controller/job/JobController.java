package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Claims;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.OwnedPods;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodControl;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.SlowStart;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.job.JobPlan.Action;
import io.kybern.operators.controller.job.JobPlan.Counts;
import io.kybern.operators.controller.job.JobPlan.Verdict;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Runs Jobs: pods until enough have succeeded or too many have failed. Behaves as kube-controller-manager's job-controller,
 * but for policies of pod failures and of success, and limits for each index, which it does not know.
 */
public final class JobController implements KindController<Job> {
    private final EventRecorder events;
    private final InstantSource clock;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Job> jobs;
    private final Expectations expectations;
    private final PodControl control;
    private final Claims claims;
    private final Tracking tracking;

    public JobController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
        this.pods = Owners.indexed(informers, Pod.class);
        this.jobs = informers.of(Job.class);
        this.expectations = new Expectations(clock);
        this.control = new PodControl(client, events, expectations);
        this.claims = new Claims(client);
        this.tracking = new Tracking(client);
    }

    @Override
    public String name() {
        return "job-controller";
    }

    @Override
    public Class<Job> primary() {
        return Job.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(new OwnedPods<>(
                jobs, "Job", "batch", job -> Selector.of(job.getSpec().getSelector()), expectations));
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
        // Nobody counts its pods any more, and those that go with it wait for that.
        pods.getIndexer().byIndex(Cache.NAMESPACE_INDEX, key.getNamespace().orElse("")).stream()
                .filter(pod -> Owners.controllerKey(pod, "Job", "batch")
                        .filter(key::equals)
                        .isPresent())
                .forEach(tracking::release);
    }

    @Override
    public Requeue reconcile(Job job) throws InterruptedException {
        if (isForeign(job)) {
            return Requeue.none();
        }
        ResourceID key = ResourceID.fromResource(job);
        boolean cacheIsCurrent = expectations.satisfied(key);
        List<Pod> candidates = Owners.candidates(pods, job);
        if (JobConditions.isFinished(job) || PodState.isDeleting(job)) {
            candidates.stream().filter(pod -> Owners.isControlledBy(pod, job)).forEach(tracking::release);
            return Requeue.none();
        }
        List<Pod> own = claims.claim(job, Selector.of(job.getSpec().getSelector()), candidates);
        Instant now = clock.instant();
        Job started = JobStatuses.started(job, now);
        JobPods state = JobPods.of(started, own);
        Counts counts = Counts.of(started, state);
        Optional<Verdict> verdict = JobPlan.verdict(started, state, counts, now);
        Requeue next = JobPlan.left(started, now).map(Requeue::after).orElse(Requeue.none());
        int created = 0;
        if (cacheIsCurrent) {
            Action action = verdict.isPresent()
                    ? state.active().isEmpty() ? new Action.Nothing() : new Action.Delete(state.active())
                    : JobPlan.action(started, state, counts, now);
            switch (action) {
                case Action.Nothing nothing -> {}
                case Action.Wait wait -> next = next.or(Requeue.after(wait.delay()));
                case Action.Delete delete -> delete(started, delete.pods());
                case Action.Create create -> created = create(started, create.indexes());
            }
        }
        record(started, verdict);
        JobStatus status = JobStatuses.of(started, state, created, verdict, now);
        tracking.write(job, started, status, state, verdict, now);
        return next;
    }

    /** Others run those. */
    private static boolean isForeign(Job job) {
        String manager = job.getSpec().getManagedBy();
        return manager != null && !manager.isEmpty() && !manager.equals("kubernetes.io/job-controller");
    }

    /** How many were created. */
    private int create(Job job, List<Integer> indexes) throws InterruptedException {
        SlowStart.Result result = control.create(
                job, indexes.stream().map(index -> JobTemplates.pod(job, index)).toList());
        if (result.failure().isPresent()) {
            throw result.failure().get();
        }
        return result.successes();
    }

    private void delete(Job job, List<Pod> doomed) throws InterruptedException {
        SlowStart.Result result = control.delete(job, doomed);
        if (result.failure().isPresent()) {
            throw result.failure().get();
        }
    }

    private void record(Job job, Optional<Verdict> verdict) {
        boolean suspended = JobPlan.isSuspended(job);
        boolean before = JobConditions.is(JobConditions.of(job), JobConditions.SUSPENDED);
        if (verdict.isPresent()
                && verdict.get().type().equals(JobConditions.FAILED)
                && !JobConditions.is(JobConditions.of(job), JobConditions.FAILURE_TARGET)) {
            events.record(
                    EventNote.warning(job, verdict.get().reason(), verdict.get().message()));
        } else if (suspended && !before) {
            events.record(EventNote.normal(job, "Suspended", "Job suspended"));
        } else if (!suspended && before) {
            events.record(EventNote.normal(job, "Resumed", "Job resumed"));
        }
    }
}
