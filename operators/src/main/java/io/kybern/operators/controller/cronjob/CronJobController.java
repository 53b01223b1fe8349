package io.kybern.operators.controller.cronjob;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the Jobs of CronJobs. Behaves as kube-controller-manager's cronjob-controller. */
public final class CronJobController implements KindController<CronJob> {
    /** Clocks differ a little: not before the time has come everywhere. */
    private static final Duration SKEW = Duration.ofMillis(100);

    private static final int SUCCESSFUL_KEPT = 3;
    private static final int FAILED_KEPT = 1;

    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;
    private final SharedIndexInformer<Job> jobs;

    public CronJobController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
        this.jobs = Owners.indexed(informers, Job.class);
    }

    @Override
    public String name() {
        return "cronjob-controller";
    }

    @Override
    public Class<CronJob> primary() {
        return CronJob.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                Job.class,
                job -> Owners.controllerKey(job, "CronJob", "batch").stream().toList()));
    }

    @Override
    public Requeue reconcile(CronJob cronJob) {
        List<Job> own = Owners.controlledBy(jobs, cronJob);
        CronJobStatus before = cronJob.getStatus() == null ? new CronJobStatus() : cronJob.getStatus();
        List<ObjectReference> active = new ArrayList<>(before.getActive());
        CronJobStatusBuilder status = new CronJobStatusBuilder(before);
        settle(cronJob, own, active, status);
        Requeue next = Requeue.none();
        if (!PodState.isDeleting(cronJob)) {
            next = schedule(cronJob, active, status);
        }
        CronJobStatus after = status.withActive(active).build();
        if (!after.equals(before)) {
            client.resource(new CronJobBuilder(cronJob).withStatus(after).build())
                    .updateStatus();
        }
        cleanUp(cronJob, own);
        return next;
    }

    /** Forgets active Jobs that have ended or are gone. */
    private void settle(CronJob cronJob, List<Job> own, List<ObjectReference> active, CronJobStatusBuilder status) {
        for (Job job : own) {
            Optional<String> ended = CronJobPlan.finished(job);
            boolean known = active.stream()
                    .anyMatch(r -> r.getUid().equals(job.getMetadata().getUid()));
            if (ended.isEmpty() || !known) {
                continue;
            }
            active.removeIf(r -> r.getUid().equals(job.getMetadata().getUid()));
            events.record(EventNote.normal(
                    cronJob,
                    "SawCompletedJob",
                    "Saw completed job: " + job.getMetadata().getName() + ", condition: " + ended.get()));
            String completed = job.getStatus().getCompletionTime();
            boolean later = completed != null
                    && (status.getLastSuccessfulTime() == null
                            || Instant.parse(status.getLastSuccessfulTime()).isBefore(Instant.parse(completed)));
            if (ended.get().equals("Complete") && later) {
                status.withLastSuccessfulTime(completed);
            }
        }
        for (ObjectReference reference : List.copyOf(active)) {
            boolean cached =
                    own.stream().anyMatch(job -> job.getMetadata().getUid().equals(reference.getUid()));
            if (!cached && isGone(reference)) {
                events.record(
                        EventNote.normal(cronJob, "MissingJob", "Active job went missing: " + reference.getName()));
                active.remove(reference);
            }
        }
    }

    /** The cache may be old. */
    private boolean isGone(ObjectReference reference) {
        Job job = client.batch()
                .v1()
                .jobs()
                .inNamespace(reference.getNamespace())
                .withName(reference.getName())
                .get();
        return job == null || !job.getMetadata().getUid().equals(reference.getUid());
    }

    private Requeue schedule(CronJob cronJob, List<ObjectReference> active, CronJobStatusBuilder status) {
        if (Boolean.TRUE.equals(cronJob.getSpec().getSuspend())) {
            return Requeue.none();
        }
        CronSchedule schedule;
        try {
            schedule = CronSchedule.parse(cronJob.getSpec().getSchedule(), CronJobPlan.zone(cronJob));
        } catch (DateTimeException e) {
            events.record(EventNote.warning(
                    cronJob,
                    "UnknownTimeZone",
                    "invalid timeZone: \"" + cronJob.getSpec().getTimeZone() + "\": unknown"));
            return Requeue.none();
        } catch (IllegalArgumentException e) {
            events.record(EventNote.warning(
                    cronJob,
                    "UnparseableSchedule",
                    "unparseable schedule: " + cronJob.getSpec().getSchedule() + " : " + e.getMessage()));
            return Requeue.none();
        }
        Instant now = clock.instant();
        CronJobPlan.Times times = CronJobPlan.times(cronJob, schedule, now);
        if (times.tooMany()) {
            events.record(EventNote.warning(
                    cronJob,
                    "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"));
        }
        times.due().ifPresent(due -> start(cronJob, due, now, active, status));
        return times.next()
                .map(next -> Requeue.after(Duration.between(now, next).plus(SKEW)))
                .orElse(Requeue.none());
    }

    private void start(
            CronJob cronJob, Instant due, Instant now, List<ObjectReference> active, CronJobStatusBuilder status) {
        if (CronJobPlan.tooLate(cronJob, due, now)) {
            events.record(EventNote.warning(cronJob, "MissSchedule", "Missed scheduled time to start a job: " + due));
            return;
        }
        String name = CronJobPlan.jobName(cronJob, due);
        if (active.stream().anyMatch(r -> r.getName().equals(name))
                || due.toString().equals(status.getLastScheduleTime())) {
            return;
        }
        String policy = cronJob.getSpec().getConcurrencyPolicy();
        if ("Forbid".equals(policy) && !active.isEmpty()) {
            events.record(EventNote.normal(
                    cronJob,
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid"));
            return;
        }
        if ("Replace".equals(policy)) {
            for (ObjectReference reference : List.copyOf(active)) {
                delete(cronJob, reference.getName());
                active.remove(reference);
            }
        }
        create(cronJob, due).ifPresent(job -> {
            active.add(reference(job));
            status.withLastScheduleTime(due.toString());
        });
    }

    private Optional<Job> create(CronJob cronJob, Instant due) {
        Job wanted = CronJobPlan.job(cronJob, due);
        try {
            Job created = client.resource(wanted).create();
            events.record(EventNote.normal(
                    cronJob,
                    "SuccessfulCreate",
                    "Created job " + created.getMetadata().getName()));
            return Optional.of(created);
        } catch (KubernetesClientException e) {
            if (Failures.isNamespaceTerminating(e)) {
                return Optional.empty();
            }
            if (e.getCode() == java.net.HttpURLConnection.HTTP_CONFLICT) { // made before, and not noted
                Job existing = client.resource(wanted).get();
                return Optional.ofNullable(existing)
                        .filter(job -> Owners.isControlledBy(job, cronJob))
                        .filter(job -> CronJobPlan.finished(job).isEmpty());
            }
            events.record(EventNote.warning(cronJob, "FailedCreate", "Error creating job: " + Failures.message(e)));
            throw e;
        }
    }

    private static ObjectReference reference(Job job) {
        return new ObjectReferenceBuilder()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .withResourceVersion(job.getMetadata().getResourceVersion())
                .build();
    }

    private void delete(CronJob cronJob, String name) {
        try {
            client.batch()
                    .v1()
                    .jobs()
                    .inNamespace(cronJob.getMetadata().getNamespace())
                    .withName(name)
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            events.record(EventNote.normal(cronJob, "SuccessfulDelete", "Deleted job " + name));
        } catch (KubernetesClientException e) {
            events.record(EventNote.warning(cronJob, "FailedDelete", "Deleted job: " + Failures.message(e)));
            throw e;
        }
    }

    private void cleanUp(CronJob cronJob, List<Job> own) {
        Integer successful = cronJob.getSpec().getSuccessfulJobsHistoryLimit();
        Integer failed = cronJob.getSpec().getFailedJobsHistoryLimit();
        List<Job> surplus = new ArrayList<>(
                CronJobPlan.surplus(own, "Complete", successful == null ? SUCCESSFUL_KEPT : successful));
        surplus.addAll(CronJobPlan.surplus(own, "Failed", failed == null ? FAILED_KEPT : failed));
        surplus.stream()
                .filter(job -> !PodState.isDeleting(job))
                .forEach(job -> delete(cronJob, job.getMetadata().getName()));
    }
}
