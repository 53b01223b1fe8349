package io.kybern.operators.controller.garbagecollector;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ObjectMetadata.Owner;
import io.kybern.operators.metadata.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who owns whom, by uid. It only remembers; what it answers to a change is which objects somebody should look at.
 *
 * <pre>
 * Deployment ◄─ ReplicaSet ◄─ Pod            an edge is an ownerReference
 *
 * pod seen first:   ReplicaSet is "virtual", known by the reference alone: look whether it exists
 * ReplicaSet seen:  the node is real from now on
 * ReplicaSet gone:  look at the pod
 * Deployment is deleted in the foreground: look at all below it; look at it again when one of them goes
 * </pre>
 *
 * A node is small and there is one for each object of the cluster: no maps, no sets for those that own nothing.
 */
final class Graph {
    /** An object worth a look. */
    sealed interface Work {
        String uid();

        /** Should it be deleted, or may its foreground deletion end? */
        record Examine(String uid) implements Work {}

        /** Does this owner exist, of which only references tell? */
        record Verify(String uid) implements Work {}

        /** Its dependents are to be set free. */
        record Orphan(String uid) implements Work {}
    }

    /** Where to find an object. */
    record Identity(String group, String kind, String namespace, String name, String uid) {}

    /**
     * A node as it was at a moment.
     *
     * @param observed false: known by references alone
     * @param deletingDependents it waits for its dependents to go
     */
    record View(
            Identity identity,
            boolean observed,
            boolean deleting,
            boolean deletingDependents,
            List<Dependent> dependents) {
        /** @param blocking the owner waits for it */
        record Dependent(Identity identity, boolean deletingDependents, boolean blocking) {}
    }

    private static final class Node {
        Identity identity;
        boolean observed;
        boolean deleting;
        boolean deletingDependents;
        boolean orphaning;
        List<Owner> owners = List.of();
        Set<Node> dependents = Set.of();

        Node(Identity identity) {
            this.identity = identity;
        }

        void addDependent(Node dependent) {
            if (dependents.isEmpty()) {
                dependents = new LinkedHashSet<>(2);
            }
            dependents.add(dependent);
        }

        void removeDependent(Node dependent) {
            if (!dependents.isEmpty()) {
                dependents.remove(dependent);
            }
        }
    }

    @GuardedBy("this") private final Map<String, Node> nodes = new HashMap<>();

    /** The object exists, like this. */
    synchronized List<Work> changed(ResourceType type, ObjectMetadata object) {
        List<Work> work = new ArrayList<>(0);
        var identity = new Identity(type.group(), type.kind(), object.namespace(), object.name(), object.uid());
        Node node = nodes.get(object.uid());
        if (node == null) {
            node = new Node(identity);
            nodes.put(object.uid(), node);
        } else if (!node.observed) {
            node.identity = identity;
        }
        node.observed = true;
        node.deleting = object.deleting();
        if (!node.owners.equals(object.owners())) {
            relink(node, object.owners(), work);
        }
        boolean orphaning = object.deleting() && object.finalizers().contains(ObjectMetadata.ORPHAN);
        if (orphaning && !node.orphaning) {
            work.add(new Work.Orphan(object.uid()));
        }
        node.orphaning = orphaning;
        if (object.deleting() && object.finalizers().contains(ObjectMetadata.FOREGROUND) && !node.deletingDependents) {
            node.deletingDependents = true;
            node.dependents.forEach(dependent -> work.add(new Work.Examine(dependent.identity.uid())));
            work.add(new Work.Examine(object.uid()));
        }
        return work;
    }

    private synchronized void relink(Node node, List<Owner> owners, List<Work> work) {
        for (Owner before : node.owners) {
            Optional<Owner> after = owners.stream()
                    .filter(owner -> owner.uid().equals(before.uid()))
                    .findFirst();
            boolean unblocked = before.blocks() && after.filter(Owner::blocks).isEmpty();
            Node owner = nodes.get(before.uid());
            if (owner == null) {
                continue;
            }
            if (after.isEmpty()) {
                owner.removeDependent(node);
            }
            if (unblocked && owner.deletingDependents) {
                work.add(new Work.Examine(before.uid()));
            }
        }
        for (Owner reference : owners) {
            Node owner = nodes.get(reference.uid());
            if (owner == null) {
                owner = new Node(identity(reference, node.identity.namespace()));
                nodes.put(reference.uid(), owner);
                work.add(new Work.Verify(reference.uid()));
            } else if (owner.observed && !refersTo(reference, owner.identity)) {
                // The uid is right and the rest is not: only a look at the object itself can tell.
                work.add(new Work.Examine(node.identity.uid()));
            }
            owner.addDependent(node);
        }
        node.owners = owners;
    }

    static Identity identity(Owner reference, String namespace) {
        int slash = reference.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : reference.apiVersion().substring(0, slash);
        return new Identity(group, reference.kind(), namespace, reference.name(), reference.uid());
    }

    private static boolean refersTo(Owner reference, Identity owner) {
        Identity referred = identity(reference, owner.namespace());
        return referred.equals(owner);
    }

    /** The object does not exist, or no longer. */
    synchronized List<Work> gone(String uid) {
        Node node = nodes.remove(uid);
        if (node == null) {
            return List.of();
        }
        List<Work> work = new ArrayList<>();
        for (Owner reference : node.owners) {
            Node owner = nodes.get(reference.uid());
            if (owner != null) {
                owner.removeDependent(node);
                if (owner.deletingDependents) {
                    work.add(new Work.Examine(reference.uid()));
                }
                if (!owner.observed && owner.dependents.isEmpty()) {
                    nodes.remove(reference.uid());
                }
            }
        }
        node.dependents.forEach(dependent -> work.add(new Work.Examine(dependent.identity.uid())));
        return work;
    }

    /** These are all objects of a resource. */
    synchronized List<Work> replaced(ResourceType type, Collection<ObjectMetadata> objects) {
        Set<String> present = new HashSet<>();
        objects.forEach(object -> present.add(object.uid()));
        List<String> missing = nodes.values().stream()
                .filter(node -> node.observed
                        && node.identity.kind().equals(type.kind())
                        && node.identity.group().equals(type.group())
                        && !present.contains(node.identity.uid()))
                .map(node -> node.identity.uid())
                .toList();
        List<Work> work = new ArrayList<>();
        missing.forEach(uid -> work.addAll(gone(uid)));
        objects.forEach(object -> work.addAll(changed(type, object)));
        return work;
    }

    synchronized Optional<View> view(String uid) {
        return Optional.ofNullable(nodes.get(uid))
                .map(node -> new View(
                        node.identity,
                        node.observed,
                        node.deleting,
                        node.deletingDependents,
                        node.dependents.stream()
                                .map(dependent -> new View.Dependent(
                                        dependent.identity,
                                        dependent.deletingDependents,
                                        dependent.owners.stream()
                                                .anyMatch(owner -> Objects.equals(owner.uid(), uid) && owner.blocks())))
                                .toList()));
    }

    synchronized int size() {
        return nodes.size();
    }
}
