package io.kybern.node.server;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Optional;

/** The pods that this server answers for. */
public interface PodLookup {
    Collection<Pod> pods();

    Optional<Pod> find(String namespace, String name);
}
