package io.kybern.node.client;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Optional;

/** The objects that pods refer to, read from the API server. Calls block. */
public interface ClusterObjects {
    Optional<ConfigMap> configMap(String namespace, String name);

    Optional<Secret> secret(String namespace, String name);

    /** The services of a namespace. */
    List<Service> services(String namespace);

    /** A token of the pod's service account, bound to the pod. */
    Token token(Pod pod, String audience, long expirationSeconds);

    /** @param expiresAt when the API server stops to accept it, in seconds of the epoch */
    record Token(String value, long expiresAt) {}
}
