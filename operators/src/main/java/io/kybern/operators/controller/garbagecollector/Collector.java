package io.kybern.operators.controller.garbagecollector;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.garbagecollector.GarbagePlan.Action;
import io.kybern.operators.controller.garbagecollector.GarbagePlan.OwnerState;
import io.kybern.operators.controller.garbagecollector.Graph.Identity;
import io.kybern.operators.controller.garbagecollector.Graph.View;
import io.kybern.operators.controller.garbagecollector.Graph.Work;
import io.kybern.operators.metadata.MetadataClient;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ObjectMetadata.Owner;
import io.kybern.operators.metadata.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the graph asks for. The graph may be behind, so nothing is deleted without a look at the server: at the
 * object, at each of its owners by uid, and the deletion holds only for the very version that was seen.
 */
final class Collector implements WorkQueue.Worker {
    private static final Logger log = LoggerFactory.getLogger(Collector.class);

    private final Graph graph;
    private final MetadataClient client;
    private final BiFunction<String, String, Optional<ResourceType>> types;
    private final Consumer<Collection<Work>> more;
    private final AbsentOwners absent = new AbsentOwners();

    /**
     * @param types the resource of a kind, by group and kind
     * @param more takes work that results from work
     */
    Collector(
            Graph graph,
            MetadataClient client,
            BiFunction<String, String, Optional<ResourceType>> types,
            Consumer<Collection<Work>> more) {
        this.graph = graph;
        this.client = client;
        this.types = types;
        this.more = more;
    }

    @Override
    public boolean work(Work work) throws InterruptedException {
        Optional<View> view = graph.view(work.uid());
        if (view.isEmpty()) {
            return true;
        }
        try {
            return switch (work) {
                case Work.Examine examine -> examine(view.get());
                case Work.Verify verify -> view.get().observed() || examine(view.get());
                case Work.Orphan orphan -> orphan(view.get());
            };
        } catch (KubernetesClientException e) {
            if (Failures.isNotFound(e)) {
                more.accept(List.of(new Work.Examine(work.uid())));
                return true;
            }
            log.debug("{} of {} fails, again later: {}", work, view.get().identity(), e.getMessage());
            return false;
        }
    }

    private boolean examine(View view) throws InterruptedException {
        Identity identity = view.identity();
        if (view.deleting() && !view.deletingDependents()) {
            return true;
        }
        Optional<ResourceType> type = types.apply(identity.group(), identity.kind());
        if (type.isEmpty()) {
            return false;
        }
        Optional<ObjectMetadata> live = live(type.get(), identity);
        if (live.isEmpty()) {
            absent.add(normal(type.get(), identity));
            more.accept(graph.gone(identity.uid()));
            return true;
        }
        ObjectMetadata latest = live.get();
        if (view.deletingDependents()) {
            return waitForDependents(view, type.get(), latest);
        }
        if (latest.owners().isEmpty()) {
            return view.observed();
        }
        Map<Owner, OwnerState> owners = new HashMap<>();
        for (Owner owner : latest.owners()) {
            owners.put(owner, state(owner, type.get(), identity));
        }
        apply(GarbagePlan.decide(view, latest, owners), view, type.get(), latest);
        return view.observed();
    }

    /** The object if it is still the same one. */
    private Optional<ObjectMetadata> live(ResourceType type, Identity identity) throws InterruptedException {
        return client.get(type, identity.namespace(), identity.name())
                .filter(object -> object.uid().equals(identity.uid()));
    }

    private boolean waitForDependents(View view, ResourceType type, ObjectMetadata latest) throws InterruptedException {
        List<Work> blocking = view.dependents().stream()
                .filter(View.Dependent::blocking)
                .filter(dependent -> !dependent.deletingDependents())
                .<Work>map(dependent -> new Work.Examine(dependent.identity().uid()))
                .toList();
        if (view.dependents().stream().noneMatch(View.Dependent::blocking)) {
            removeFinalizer(type, latest, ObjectMetadata.FOREGROUND);
        } else {
            more.accept(blocking);
        }
        return true;
    }

    private OwnerState state(Owner owner, ResourceType dependentType, Identity dependent) throws InterruptedException {
        Identity reference = Graph.identity(owner, dependent.namespace());
        ResourceType type = types.apply(reference.group(), reference.kind())
                .orElseThrow(() -> new KubernetesClientException(
                        "no resource of kind " + reference.kind() + " in group " + reference.group()));
        if (type.namespaced() && !dependentType.namespaced()) {
            // Nobody can say which namespace is meant: such an owner is never found absent.
            return OwnerState.SOLID;
        }
        Identity known = normal(type, reference);
        if (absent.contains(known)) {
            return OwnerState.DANGLING;
        }
        Optional<ObjectMetadata> live = live(type, reference);
        if (live.isEmpty()) {
            absent.add(known);
            return OwnerState.DANGLING;
        }
        boolean waits = live.get().deleting() && live.get().finalizers().contains(ObjectMetadata.FOREGROUND);
        return waits ? OwnerState.WAITING : OwnerState.SOLID;
    }

    private static Identity normal(ResourceType type, Identity identity) {
        return new Identity(
                identity.group(),
                identity.kind(),
                type.namespaced() ? identity.namespace() : "",
                identity.name(),
                identity.uid());
    }

    private void apply(Action action, View view, ResourceType type, ObjectMetadata latest) throws InterruptedException {
        switch (action) {
            case Action.Keep keep -> {}
            case Action.SetOwners set -> setOwners(type, latest, set.owners());
            case Action.Delete delete -> {
                if (delete.unblock()) {
                    setOwners(
                            type,
                            latest,
                            latest.owners().stream()
                                    .map(owner -> new Owner(
                                            owner.apiVersion(),
                                            owner.kind(),
                                            owner.name(),
                                            owner.uid(),
                                            owner.controller(),
                                            false))
                                    .toList());
                }
                log.debug("Deleting {} in the {}", view.identity(), delete.propagation());
                client.delete(
                        type.path(latest.namespace(), latest.name()),
                        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\""
                                + delete.propagation().name() + "\",\"preconditions\":{\"uid\":\"" + latest.uid()
                                + (delete.unblock() ? "" : "\",\"resourceVersion\":\"" + latest.resourceVersion())
                                + "\"}}");
            }
        }
    }

    private boolean orphan(View view) throws InterruptedException {
        Identity identity = view.identity();
        Optional<ResourceType> ownerType = types.apply(identity.group(), identity.kind());
        if (ownerType.isEmpty()) {
            return false;
        }
        for (View.Dependent dependent : view.dependents()) {
            Identity target = dependent.identity();
            Optional<ResourceType> type = types.apply(target.group(), target.kind());
            if (type.isEmpty()) {
                return false;
            }
            Optional<ObjectMetadata> live = live(type.get(), target);
            if (live.isPresent()) {
                setOwners(
                        type.get(),
                        live.get(),
                        live.get().owners().stream()
                                .filter(owner -> !owner.uid().equals(identity.uid()))
                                .toList());
            }
        }
        Optional<ObjectMetadata> latest = live(ownerType.get(), identity);
        if (latest.isPresent()) {
            removeFinalizer(ownerType.get(), latest.get(), ObjectMetadata.ORPHAN);
        }
        return true;
    }

    private void setOwners(ResourceType type, ObjectMetadata latest, List<Owner> owners) throws InterruptedException {
        if (!owners.equals(latest.owners())) {
            List<String> entries = new ArrayList<>();
            for (Owner owner : owners) {
                entries.add("{\"apiVersion\":" + quote(owner.apiVersion()) + ",\"kind\":" + quote(owner.kind())
                        + ",\"name\":" + quote(owner.name()) + ",\"uid\":" + quote(owner.uid())
                        + (owner.controller() ? ",\"controller\":true" : "")
                        + (owner.blocks() ? ",\"blockOwnerDeletion\":true" : "") + "}");
            }
            patch(type, latest, "\"ownerReferences\":[" + String.join(",", entries) + "]");
        }
    }

    private void removeFinalizer(ResourceType type, ObjectMetadata latest, String finalizer)
            throws InterruptedException {
        if (latest.finalizers().contains(finalizer)) {
            List<String> left = latest.finalizers().stream()
                    .filter(other -> !other.equals(finalizer))
                    .map(Collector::quote)
                    .toList();
            patch(type, latest, "\"finalizers\":[" + String.join(",", left) + "]");
        }
    }

    private void patch(ResourceType type, ObjectMetadata latest, String change) throws InterruptedException {
        client.patch(
                type.path(latest.namespace(), latest.name()),
                "{\"metadata\":{\"uid\":" + quote(latest.uid()) + ",\"resourceVersion\":"
                        + quote(latest.resourceVersion()) + "," + change + "}}");
    }

    /** Names, kinds and uids hold nothing that JSON would have to escape but what a broken client puts there. */
    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Owners that were looked for in vain. A uid never comes back. */
    private static final class AbsentOwners {
        private static final int SIZE = 500;
        private final Map<Identity, Boolean> known = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Identity, Boolean> eldest) {
                return size() > SIZE;
            }
        };

        synchronized void add(Identity identity) {
            known.put(identity, true);
        }

        synchronized boolean contains(Identity identity) {
            return known.containsKey(identity);
        }
    }
}
