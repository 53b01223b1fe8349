package io.kybern.operators.controller.ttlafterfinished;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes Jobs, {@code spec.ttlSecondsAfterFinished} after they finished. Behaves as kube-controller-manager's
 * ttl-after-finished-controller.
 */
public final class TtlAfterFinishedController implements KindController<Job> {
    private final KubernetesClient client;
    private final InstantSource clock;

    public TtlAfterFinishedController(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "ttl-after-finished-controller";
    }

    @Override
    public Class<Job> primary() {
        return Job.class;
    }

    @Override
    public Requeue reconcile(Job job) {
        Optional<Duration> left = left(job, clock.instant());
        if (left.isEmpty() || left.get().isPositive()) {
            return left.map(Requeue::after).orElse(Requeue.none());
        }
        String path = "/apis/batch/v1/namespaces/" + job.getMetadata().getNamespace() + "/jobs/"
                + job.getMetadata().getName();
        try {
            // Only as it was when its time was over: its ttl may just have been prolonged.
            client.raw(
                    path,
                    "DELETE",
                    Map.of(
                            "kind", "DeleteOptions",
                            "apiVersion", "v1",
                            "propagationPolicy", "Foreground",
                            "preconditions",
                                    Map.of(
                                            "uid", job.getMetadata().getUid(),
                                            "resourceVersion", job.getMetadata().getResourceVersion())));
        } catch (KubernetesClientException e) {
            if (!Failures.isNotFound(e)) {
                throw e;
            }
        }
        return Requeue.none();
    }

    /** How long it may stay; empty: forever, or it isn't known yet. */
    static Optional<Duration> left(Job job, Instant now) {
        Integer seconds = job.getSpec().getTtlSecondsAfterFinished();
        if (seconds == null || PodState.isDeleting(job) || job.getStatus() == null) {
            return Optional.empty();
        }
        return job.getStatus().getConditions().stream()
                .filter(condition -> "True".equals(condition.getStatus())
                        && ("Complete".equals(condition.getType()) || "Failed".equals(condition.getType())))
                .findFirst()
                .map(condition -> Duration.between(
                        now, Instant.parse(condition.getLastTransitionTime()).plusSeconds(seconds)));
    }
}
