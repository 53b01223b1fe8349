package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.endpointslice.EndpointSlicePlan.Action;
import io.kybern.operators.controller.endpointslice.EndpointSlicePlan.Plan;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** EndpointSlices of Services with a selector. Behaves as kube-controller-manager's endpointslice-controller. */
public final class EndpointSliceController implements KindController<Service> {
    private static final Duration UNTIL_NODE_IS_KNOWN = Duration.ofSeconds(1);
    private static final String BY_SERVICE = "service";

    private final KubernetesClient client;
    private final EventRecorder events;
    private final int maxEndpoints;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<EndpointSlice> slices;
    private final Expectations expectations;

    public EndpointSliceController(
            KubernetesClient client,
            SharedInformers informers,
            EventRecorder events,
            InstantSource clock,
            int maxEndpoints) {
        this.client = client;
        this.events = events;
        this.maxEndpoints = maxEndpoints;
        this.services = informers.of(Service.class);
        this.pods = informers.of(Pod.class);
        this.nodes = informers.of(Node.class);
        this.slices = informers.indexed(
                EndpointSlice.class,
                BY_SERVICE,
                slice -> managed(slice).map(ResourceID::toString).stream().toList());
        this.expectations = new Expectations(clock);
    }

    /** The Service that a slice of ours belongs to. */
    private static Optional<ResourceID> managed(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        if (labels == null || !EndpointSlicePlan.MANAGER.equals(labels.get(EndpointSlicePlan.MANAGED_BY))) {
            return Optional.empty();
        }
        return Optional.ofNullable(labels.get(EndpointSlicePlan.SERVICE))
                .map(name -> new ResourceID(name, slice.getMetadata().getNamespace()));
    }

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public Class<Service> primary() {
        return Service.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(Pod.class, this::selecting, PodEndpoint::changed), new OwnSlices());
    }

    private List<ResourceID> selecting(Pod pod) {
        return services
                .getIndexer()
                .byIndex(Cache.NAMESPACE_INDEX, pod.getMetadata().getNamespace())
                .stream()
                .filter(service ->
                        Selector.ofLabels(service.getSpec().getSelector()).matches(pod))
                .map(ResourceID::fromResource)
                .toList();
    }

    /** Slices that change by another hand are put right; our own new ones are awaited. */
    private final class OwnSlices implements Watch<EndpointSlice> {
        @Override
        public Class<EndpointSlice> kind() {
            return EndpointSlice.class;
        }

        @Override
        public Collection<ResourceID> added(EndpointSlice slice) {
            Optional<ResourceID> service = managed(slice);
            service.ifPresent(expectations::creationObserved);
            return service.stream().toList();
        }

        @Override
        public Collection<ResourceID> updated(EndpointSlice before, EndpointSlice after) {
            return managed(after).or(() -> managed(before)).stream().toList();
        }

        @Override
        public Collection<ResourceID> deleted(EndpointSlice slice) {
            return managed(slice).stream().toList();
        }
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
    }

    @Override
    public Requeue reconcile(Service service) {
        ResourceID key = ResourceID.fromResource(service);
        Selector selector = Selector.ofLabels(service.getSpec().getSelector());
        if ("ExternalName".equals(service.getSpec().getType()) || selector.isEmpty() || !expectations.satisfied(key)) {
            return Requeue.none();
        }
        List<Pod> selected =
                pods
                        .getIndexer()
                        .byIndex(Cache.NAMESPACE_INDEX, service.getMetadata().getNamespace())
                        .stream()
                        .filter(selector::matches)
                        .toList();
        List<EndpointSlice> existing = slices.getIndexer().byIndex(BY_SERVICE, key.toString()).stream()
                .filter(slice -> !PodState.isDeleting(slice))
                .toList();
        Plan plan = EndpointSlicePlan.plan(
                service,
                selected,
                existing,
                name -> Optional.ofNullable(nodes.getStore().getByKey(name)),
                maxEndpoints);
        apply(service, key, plan.actions());
        return plan.incomplete() ? Requeue.after(UNTIL_NODE_IS_KNOWN) : Requeue.none();
    }

    private void apply(Service service, ResourceID key, List<Action> actions) {
        int creations = (int) actions.stream()
                .filter(action -> action instanceof Action.Create)
                .count();
        if (creations > 0) {
            expectations.expectCreations(key, creations);
        }
        int created = 0;
        try {
            for (Action action : actions) {
                switch (action) {
                    case Action.Create create -> {
                        client.resource(create.slice()).create();
                        created++;
                    }
                    case Action.Update update -> client.resource(update.slice()).update();
                    case Action.Delete delete -> client.resource(delete.slice()).delete();
                }
            }
        } catch (KubernetesClientException e) {
            for (int missing = created; missing < creations; missing++) {
                expectations.creationObserved(key);
            }
            if (Failures.isNamespaceTerminating(e)) {
                return;
            }
            if (!Failures.isConflict(e)) {
                events.record(EventNote.warning(
                        service,
                        "FailedToUpdateEndpointSlices",
                        "Error updating Endpoint Slices for Service "
                                + service.getMetadata().getNamespace() + '/'
                                + service.getMetadata().getName() + ": " + Failures.message(e)));
            }
            throw e;
        }
    }
}
