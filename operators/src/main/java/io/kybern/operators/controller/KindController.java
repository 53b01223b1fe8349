package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.function.Consumer;

/**
 * A controller that one primary kind drives: what it watches, and what it does for one object. The rest (queue, retry
 * with back-off, one thread per object at a time, waiting until caches are filled) is done for all by
 * {@link PrimaryReconciler}.
 *
 * @param <P> the primary kind
 */
public interface KindController<P extends HasMetadata> {
    /** kube-controller-manager's name: {@code replicaset-controller}. */
    String name();

    Class<P> primary();

    /** Other kinds whose changes concern primaries. */
    default List<Watch<?>> watches() {
        return List.of();
    }

    /**
     * Gives the controller a way to have an object looked at that none of its watches asks for; before the first look.
     *
     * @param look may be called by any thread; an object that isn't cached is ignored
     */
    default void start(Consumer<ResourceID> look) {}

    /**
     * Brings the world closer to what {@code object} says. Level-based: it does not know what happened, and is called
     * again when anything changes. On a virtual thread, never for one key twice at once.
     *
     * @param object from the cache, not to be modified
     * @throws Exception anything: tried again after a while
     */
    Requeue reconcile(P object) throws Exception;

    /** The object is gone: forget what was remembered about it. */
    default void gone(ResourceID key) {}
}
