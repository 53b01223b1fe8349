package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.job.JobPlan.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the status of a Job, and counts each pod that has ended once, whatever is interrupted (KEP-2307):
 *
 * <pre>
 * note the pods' uids in the status ─► take their finalizers off ─► count them and forget the uids
 * </pre>
 */
final class Tracking {
    private final KubernetesClient client;

    Tracking(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @param stored as the server has it
     * @param job with the time when it started
     * @param status what is to be said besides
     */
    void write(Job stored, Job job, JobStatus status, JobPods pods, Optional<Verdict> verdict, Instant now) {
        List<String> succeeded = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        UncountedTerminatedPods noted = status.getUncountedTerminatedPods();
        if (noted != null) {
            succeeded.addAll(noted.getSucceeded());
            failed.addAll(noted.getFailed());
        }
        pods.newlySucceeded().forEach(pod -> succeeded.add(pod.getMetadata().getUid()));
        pods.newlyFailed().forEach(pod -> failed.add(pod.getMetadata().getUid()));
        JobStatus latest = status;
        Job at = stored;
        if (!succeeded.isEmpty() || !failed.isEmpty()) {
            latest = new JobStatusBuilder(status)
                    .withUncountedTerminatedPods(new UncountedTerminatedPods(failed, succeeded))
                    .build();
            at = put(at, latest);
            Set<String> uids = new HashSet<>(succeeded);
            uids.addAll(failed);
            pods.all().stream()
                    .filter(pod -> uids.contains(pod.getMetadata().getUid()))
                    .forEach(this::release);
            latest = new JobStatusBuilder(latest)
                    .withUncountedTerminatedPods(new UncountedTerminatedPods(List.of(), List.of()))
                    .withSucceeded(succeededCount(job, latest, pods, succeeded.size()))
                    .withFailed(JobStatuses.positive(JobPlan.number(latest.getFailed()) + failed.size()))
                    .build();
        }
        if (verdict.isPresent()) {
            boolean left = JobPlan.number(latest.getTerminating()) > 0;
            latest = JobStatuses.judged(latest, verdict.get(), left, now);
        }
        if (latest.getUncountedTerminatedPods() == null) {
            latest = new JobStatusBuilder(latest)
                    .withUncountedTerminatedPods(new UncountedTerminatedPods(List.of(), List.of()))
                    .build();
        }
        put(at, latest);
    }

    /** An index counts once, however many pods of it have succeeded. */
    private static @org.jspecify.annotations.Nullable Integer succeededCount(
            Job job, JobStatus status, JobPods pods, int more) {
        return JobStatuses.positive(
                JobPods.isIndexed(job) ? pods.succeededIndexes().size() : JobPlan.number(status.getSucceeded()) + more);
    }

    private Job put(Job job, JobStatus status) {
        if (status.equals(job.getStatus())) {
            return job;
        }
        return client.resource(new JobBuilder(job).withStatus(status).build()).updateStatus();
    }

    /** Lets a pod go that has been counted, or need not be. */
    void release(Pod pod) {
        if (!JobPods.isTracked(pod)) {
            return;
        }
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("$deleteFromPrimitiveList/finalizers", List.of(JobPods.FINALIZER))));
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch);
        } catch (KubernetesClientException e) {
            if (!Failures.isNotFound(e)) {
                throw e;
            }
        }
    }
}
