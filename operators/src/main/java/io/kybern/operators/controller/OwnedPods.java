package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which owners of one kind a pod concerns: the one that controls it, or all that might adopt it. Meets expectations.
 *
 * @param <O> the kind of the owners
 */
public final class OwnedPods<O extends HasMetadata> implements Watch<Pod> {
    private final SharedIndexInformer<O> owners;
    private final String kind;
    private final String group;
    private final Function<O, Selector> selector;
    private final Expectations expectations;

    /**
     * @param kind of the owners, in {@code group}
     * @param selector which pods an owner may adopt
     */
    public OwnedPods(
            SharedIndexInformer<O> owners,
            String kind,
            String group,
            Function<O, Selector> selector,
            Expectations expectations) {
        this.owners = owners;
        this.kind = kind;
        this.group = group;
        this.selector = selector;
        this.expectations = expectations;
    }

    @Override
    public Class<Pod> kind() {
        return Pod.class;
    }

    @Override
    public Collection<ResourceID> added(Pod pod) {
        if (PodState.isDeleting(pod)) {
            return deleted(pod);
        }
        Optional<ResourceID> owner = owner(pod);
        owner.ifPresent(expectations::creationObserved);
        return owner.<Collection<ResourceID>>map(List::of).orElseGet(() -> adopters(pod));
    }

    @Override
    public Collection<ResourceID> updated(Pod before, Pod after) {
        if (PodState.isDeleting(after)) {
            // A pod on its way counts as deleted; the time that it takes is not its owner's to wait for.
            return deleted(after);
        }
        Set<ResourceID> concerned = new LinkedHashSet<>();
        owner(before).ifPresent(concerned::add);
        owner(after).ifPresent(concerned::add);
        boolean orphanChanged = owner(after).isEmpty()
                && Owners.controllerOf(after).isEmpty()
                && (owner(before).isPresent()
                        || !Objects.equals(
                                before.getMetadata().getLabels(),
                                after.getMetadata().getLabels()));
        if (orphanChanged) {
            concerned.addAll(adopters(after));
        }
        return concerned;
    }

    @Override
    public Collection<ResourceID> deleted(Pod pod) {
        Optional<ResourceID> owner = owner(pod);
        owner.ifPresent(
                key -> expectations.deletionObserved(key, pod.getMetadata().getUid()));
        return owner.stream().toList();
    }

    /** The controlling owner, if it is the very one that the reference means. */
    private Optional<ResourceID> owner(Pod pod) {
        return Owners.controllerKey(pod, kind, group).filter(key -> {
            O cached = owners.getStore()
                    .getByKey(Cache.namespaceKeyFunc(key.getNamespace().orElse(""), key.getName()));
            return cached != null && Owners.isControlledBy(pod, cached);
        });
    }

    private Collection<ResourceID> adopters(Pod pod) {
        if (Owners.controllerOf(pod).isPresent()) {
            return List.of();
        }
        List<ResourceID> keys = new ArrayList<>();
        for (O candidate : owners.getIndexer()
                .byIndex(Cache.NAMESPACE_INDEX, pod.getMetadata().getNamespace())) {
            if (selector.apply(candidate).matches(pod)) {
                keys.add(ResourceID.fromResource(candidate));
            }
        }
        return keys;
    }
}
