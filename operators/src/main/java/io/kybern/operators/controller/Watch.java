package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.informer.SharedInformers;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Which primaries a change of another kind concerns. The methods run on the informer's thread and see each change
 * once, before any reconciliation that it causes; they must be quick.
 *
 * @param <R> the kind that is watched
 */
public interface Watch<R extends HasMetadata> {
    Class<R> kind();

    /** Where the changes come from: the informer of all objects, unless another is named. */
    default SharedIndexInformer<R> informer(SharedInformers informers) {
        return informers.of(kind());
    }

    /** The same from an informer that holds only some of the objects. */
    default Watch<R> from(SharedIndexInformer<R> informer) {
        Watch<R> all = this;
        return new Watch<>() {
            @Override
            public Class<R> kind() {
                return all.kind();
            }

            @Override
            public SharedIndexInformer<R> informer(SharedInformers informers) {
                return informer;
            }

            @Override
            public Collection<ResourceID> added(R object) {
                return all.added(object);
            }

            @Override
            public Collection<ResourceID> updated(R before, R after) {
                return all.updated(before, after);
            }

            @Override
            public Collection<ResourceID> deleted(R object) {
                return all.deleted(object);
            }
        };
    }

    Collection<ResourceID> added(R object);

    Collection<ResourceID> updated(R before, R after);

    Collection<ResourceID> deleted(R object);

    /** Every change concerns what {@code primaries} says of the object before and after it. */
    static <R extends HasMetadata> Watch<R> mapped(
            Class<R> kind, Function<R, ? extends Collection<ResourceID>> primaries) {
        return mapped(kind, primaries, (before, after) -> true);
    }

    /** Like {@link #mapped(Class, Function)}, but updates count only if {@code relevant}. */
    static <R extends HasMetadata> Watch<R> mapped(
            Class<R> kind, Function<R, ? extends Collection<ResourceID>> primaries, BiPredicate<R, R> relevant) {
        return new Watch<>() {
            @Override
            public Class<R> kind() {
                return kind;
            }

            @Override
            public Collection<ResourceID> added(R object) {
                return primaries.apply(object);
            }

            @Override
            public Collection<ResourceID> updated(R before, R after) {
                if (!relevant.test(before, after)) {
                    return Set.of();
                }
                var all = new LinkedHashSet<>(primaries.apply(before));
                all.addAll(primaries.apply(after));
                return all;
            }

            @Override
            public Collection<ResourceID> deleted(R object) {
                return primaries.apply(object);
            }
        };
    }
}
