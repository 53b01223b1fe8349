package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.pod.PodMemory.Health;
import io.kybern.node.runtime.PodState;
import java.util.function.BiConsumer;

/** Asks running containers how they are. One instance a pod. */
public interface Probing extends AutoCloseable {
    /** Makes the running probes fit what runs now: new attempts get theirs, ended ones lose theirs. */
    void update(Pod pod, PodState actual);

    @Override
    void close();

    /** Makes the prober of one pod; it reports health by container name. */
    @FunctionalInterface
    interface Factory {
        Probing create(BiConsumer<String, Health> report);
    }
}
