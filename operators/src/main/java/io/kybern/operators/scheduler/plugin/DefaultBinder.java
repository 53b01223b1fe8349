package io.kybern.operators.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.scheduler.framework.BindPlugin;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.PodKey;

/** Binds through the {@code binding} subresource of the pod. */
public final class DefaultBinder implements BindPlugin {
    private final KubernetesClient client;

    public DefaultBinder(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return "DefaultBinder";
    }

    /** The uid makes the server refuse when the pod was made again meanwhile. */
    @Override
    public void bind(PodInfo pod, String node) {
        PodKey key = pod.key();
        Binding binding = new BindingBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .withUid(key.uid())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        String path = "/api/v1/namespaces/" + key.namespace() + "/pods/" + key.name() + "/binding";
        if (client.raw(path, "POST", binding) == null) {
            throw new IllegalStateException("pods \"" + key.name() + "\" not found");
        }
    }
}
