package io.kybern.operators.controller.volumeprotection;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.controller.Failures;

/** Takes a finalizer from an object, as it is in the cache: a conflict is tried again with a newer one. */
final class Finalizers {
    private Finalizers() {}

    static <T extends HasMetadata> void remove(KubernetesClient client, T object, String finalizer) {
        T copy = client.getKubernetesSerialization().clone(object);
        copy.getMetadata().getFinalizers().remove(finalizer);
        try {
            client.resource(copy).update();
        } catch (KubernetesClientException e) {
            if (!Failures.isNotFound(e)) {
                throw e;
            }
        }
    }
}
