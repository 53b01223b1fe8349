package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** Knows what the objects of one kind count for. */
interface Counted<T extends HasMetadata> {
    /** Whether a quota's resource of this name has to do with such objects. */
    boolean concerns(String resource);

    /** How much of each resource the object counts for. */
    Amounts usage(T object);

    /** Whether the object is one of those that a scope selects. */
    boolean matches(Scope scope, T object);

    default void addUp(List<T> objects, List<Scope> scopes, Amounts sum) {
        for (T object : objects) {
            if (scopes.stream().allMatch(scope -> matches(scope, object))) {
                sum.addAll(usage(object));
            }
        }
    }
}
