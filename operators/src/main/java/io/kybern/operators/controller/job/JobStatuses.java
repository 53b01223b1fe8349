package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.kybern.operators.controller.job.JobPlan.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status of a Job. Pure. */
final class JobStatuses {
    private JobStatuses() {}

    /** The Job with the time when it started; it starts again when it is resumed. */
    static Job started(Job job, Instant now) {
        boolean resumed = !JobPlan.isSuspended(job) && JobConditions.is(JobConditions.of(job), JobConditions.SUSPENDED);
        boolean fresh = job.getStatus() == null || job.getStatus().getStartTime() == null;
        if (!resumed && !(fresh && !JobPlan.isSuspended(job))) {
            return job;
        }
        JobStatus status = job.getStatus() == null ? new JobStatus() : job.getStatus();
        return new JobBuilder(job)
                .withStatus(new JobStatusBuilder(status)
                        .withStartTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .build())
                .build();
    }

    /** What is to be said now, before pods that have ended are counted. */
    static JobStatus of(Job job, JobPods pods, int created, Optional<Verdict> verdict, Instant now) {
        boolean over = verdict.isPresent();
        boolean suspended = JobPlan.isSuspended(job);
        int active = over || suspended ? 0 : pods.active().size() + created;
        int terminating =
                pods.terminating().size() + (over || suspended ? pods.active().size() : 0);
        JobStatus before = job.getStatus() == null ? new JobStatus() : job.getStatus();
        List<JobCondition> conditions = JobConditions.of(job);
        if (!over) {
            conditions = suspended
                    ? JobConditions.with(
                            conditions, JobConditions.SUSPENDED, true, "JobSuspended", "Job suspended", now)
                    : JobConditions.with(conditions, JobConditions.SUSPENDED, false, "JobResumed", "Job resumed", now);
        }
        return new JobStatusBuilder(before)
                .withStartTime(suspended && !over ? null : before.getStartTime())
                .withActive(positive(active))
                .withReady(over || suspended ? Integer.valueOf(0) : Integer.valueOf(pods.ready()))
                .withTerminating(terminating)
                .withCompletedIndexes(JobPods.isIndexed(job) ? text(Indexes.format(pods.succeededIndexes())) : null)
                .withConditions(conditions)
                .build();
    }

    static @Nullable Integer positive(int count) {
        return count == 0 ? null : count;
    }

    private static @Nullable String text(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * The status with the verdict: first that the Job will have failed or succeeded, and when none of its pods is left, that
     * it has.
     */
    static JobStatus judged(JobStatus status, Verdict verdict, boolean podsLeft, Instant now) {
        boolean failed = verdict.type().equals(JobConditions.FAILED);
        String target = failed ? JobConditions.FAILURE_TARGET : JobConditions.SUCCESS_CRITERIA_MET;
        List<JobCondition> conditions =
                JobConditions.with(status.getConditions(), target, true, verdict.reason(), verdict.message(), now);
        JobStatusBuilder out = new JobStatusBuilder(status);
        if (!podsLeft) {
            conditions = JobConditions.with(conditions, verdict.type(), true, verdict.reason(), verdict.message(), now);
            if (!failed) {
                out.withCompletionTime(now.truncatedTo(ChronoUnit.SECONDS).toString());
            }
        }
        return out.withConditions(conditions).build();
    }
}
