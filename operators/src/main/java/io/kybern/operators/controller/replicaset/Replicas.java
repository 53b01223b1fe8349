package io.kybern.operators.controller.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.PodControl;
import io.kybern.operators.controller.PodTemplates;
import io.kybern.operators.controller.replicaset.ReplicaSetPlan.Action;
import io.kybern.operators.event.EventRecorder;
import java.util.Collections;
import java.util.Optional;

/** Makes and deletes the pods of an owner that wants so many of them alike. */
final class Replicas {
    private final PodControl pods;

    Replicas(KubernetesClient client, EventRecorder events, Expectations expectations) {
        this.pods = new PodControl(client, events, expectations);
    }

    /**
     * Does it; what failed first is the answer.
     *
     * @param owner of the pods
     */
    Optional<KubernetesClientException> apply(HasMetadata owner, PodTemplateSpec template, Action action)
            throws InterruptedException {
        return switch (action) {
            case Action.Nothing nothing -> Optional.empty();
            case Action.Create create ->
                pods.create(owner, Collections.nCopies(create.count(), PodTemplates.pod(owner, template)))
                        .failure();
            case Action.Delete delete -> pods.delete(owner, delete.pods()).failure();
        };
    }
}
