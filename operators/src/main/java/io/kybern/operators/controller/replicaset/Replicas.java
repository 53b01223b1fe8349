package io.kybern.operators.controller.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.PodTemplates;
import io.kybern.operators.controller.SlowStart;
import io.kybern.operators.controller.replicaset.ReplicaSetPlan.Action;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import java.util.Optional;

/** Makes and deletes the pods of an owner that wants so many of them alike. */
final class Replicas {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Expectations expectations;

    Replicas(KubernetesClient client, EventRecorder events, Expectations expectations) {
        this.client = client;
        this.events = events;
        this.expectations = expectations;
    }

    /**
     * Does it; what failed first is the answer.
     *
     * @param owner of the pods
     */
    Optional<KubernetesClientException> apply(HasMetadata owner, PodTemplateSpec template, Action action)
            throws InterruptedException {
        ResourceID key = ResourceID.fromResource(owner);
        return switch (action) {
            case Action.Nothing nothing -> Optional.empty();
            case Action.Create create -> {
                expectations.expectCreations(key, create.count());
                var result = SlowStart.call(create.count(), () -> createPod(owner, template, key));
                for (int missing = result.successes(); missing < create.count(); missing++) {
                    expectations.creationObserved(key);
                }
                yield result.failure();
            }
            case Action.Delete delete -> {
                expectations.expectDeletions(
                        key,
                        delete.pods().stream()
                                .map(pod -> pod.getMetadata().getUid())
                                .toList());
                yield SlowStart.all(delete.pods(), pod -> deletePod(owner, key, pod))
                        .failure();
            }
        };
    }

    private void createPod(HasMetadata owner, PodTemplateSpec template, ResourceID key) {
        try {
            Pod created = client.resource(PodTemplates.pod(owner, template)).create();
            events.record(EventNote.normal(
                    owner,
                    "SuccessfulCreate",
                    "Created pod: " + created.getMetadata().getName()));
        } catch (KubernetesClientException e) {
            if (Failures.isNamespaceTerminating(e)) {
                expectations.creationObserved(key);
                return;
            }
            events.record(EventNote.warning(owner, "FailedCreate", "Error creating: " + Failures.message(e)));
            throw e;
        }
    }

    private void deletePod(HasMetadata owner, ResourceID key, Pod pod) {
        String podName = pod.getMetadata().getName();
        try {
            boolean existed = !client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(podName)
                    .delete()
                    .isEmpty();
            if (existed) {
                events.record(EventNote.normal(owner, "SuccessfulDelete", "Deleted pod: " + podName));
            } else {
                // Its event may have come before it was expected.
                expectations.deletionObserved(key, pod.getMetadata().getUid());
            }
        } catch (KubernetesClientException e) {
            expectations.deletionObserved(key, pod.getMetadata().getUid());
            events.record(EventNote.warning(owner, "FailedDelete", "Error deleting: " + Failures.message(e)));
            throw e;
        }
    }
}
