package io.kybern.operators.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** A Lease of the cluster itself. */
record LeaseLock(KubernetesClient client, String namespace, String name) implements Lock {
    @Override
    public String describe() {
        return namespace + "/" + name;
    }

    @Override
    public Optional<Lease> get() {
        String path = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/" + name;
        return Optional.ofNullable(client.raw(path + "?resourceVersion=0"))
                .map(text -> client.getKubernetesSerialization().unmarshal(text, Lease.class));
    }

    @Override
    public Lease create(LeaseSpec spec) {
        return client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withSpec(spec)
                        .build())
                .create();
    }

    @Override
    public Lease update(Lease lease) {
        return client.resource(lease).update();
    }
}
