package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Watch;
import java.util.Collection;
import java.util.function.Predicate;

/** Which DaemonSets a node concerns: those that it suits, or ceases or begins to. */
final class NodeWatch implements Watch<Node> {
    private final SharedIndexInformer<DaemonSet> sets;

    NodeWatch(SharedIndexInformer<DaemonSet> sets) {
        this.sets = sets;
    }

    @Override
    public Class<Node> kind() {
        return Node.class;
    }

    @Override
    public Collection<ResourceID> added(Node node) {
        return those(set -> NodeFit.of(set, node).mayStay());
    }

    @Override
    public Collection<ResourceID> updated(Node before, Node after) {
        return those(set -> !NodeFit.of(set, before).equals(NodeFit.of(set, after)));
    }

    @Override
    public Collection<ResourceID> deleted(Node node) {
        return added(node);
    }

    private Collection<ResourceID> those(Predicate<DaemonSet> concerned) {
        return sets.getStore().list().stream()
                .filter(concerned)
                .map(ResourceID::fromResource)
                .toList();
    }
}
