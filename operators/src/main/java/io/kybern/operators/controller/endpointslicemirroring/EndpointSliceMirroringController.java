package io.kybern.operators.controller.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.Endpoints;
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
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.endpointslicemirroring.MirrorPlan.Action;
import io.kybern.operators.informer.SharedInformers;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * EndpointSlices of Endpoints that no controller writes. Behaves as kube-controller-manager's
 * endpointslice-mirroring-controller.
 */
public final class EndpointSliceMirroringController implements KindController<Endpoints> {
    private static final String MIRRORS = "mirrors";

    private final KubernetesClient client;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<EndpointSlice> slices;
    private final Expectations expectations;

    public EndpointSliceMirroringController(KubernetesClient client, SharedInformers informers, InstantSource clock) {
        this.client = client;
        this.services = informers.of(Service.class);
        this.slices = informers.indexed(
                EndpointSlice.class,
                MIRRORS,
                slice -> mirrored(slice).map(ResourceID::toString).stream().toList());
        this.expectations = new Expectations(clock);
    }

    /** The Endpoints that a slice of ours shows. */
    private static Optional<ResourceID> mirrored(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        if (labels == null || !MirrorPlan.MANAGER.equals(labels.get(MirrorPlan.MANAGED_BY))) {
            return Optional.empty();
        }
        return Optional.ofNullable(labels.get(MirrorPlan.SERVICE))
                .map(name -> new ResourceID(name, slice.getMetadata().getNamespace()));
    }

    @Override
    public String name() {
        return "endpointslice-mirroring-controller";
    }

    @Override
    public Class<Endpoints> primary() {
        return Endpoints.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(
                Watch.mapped(Service.class, service -> List.of(ResourceID.fromResource(service))), new OwnSlices());
    }

    private final class OwnSlices implements Watch<EndpointSlice> {
        @Override
        public Class<EndpointSlice> kind() {
            return EndpointSlice.class;
        }

        @Override
        public Collection<ResourceID> added(EndpointSlice slice) {
            mirrored(slice).ifPresent(expectations::creationObserved);
            return mirrored(slice).stream().toList();
        }

        @Override
        public Collection<ResourceID> updated(EndpointSlice before, EndpointSlice after) {
            return mirrored(after).or(() -> mirrored(before)).stream().toList();
        }

        @Override
        public Collection<ResourceID> deleted(EndpointSlice slice) {
            return mirrored(slice).stream().toList();
        }
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
    }

    @Override
    public Requeue reconcile(Endpoints endpoints) {
        ResourceID key = ResourceID.fromResource(endpoints);
        if (PodState.isDeleting(endpoints) || !expectations.satisfied(key)) {
            return Requeue.none();
        }
        Service service = services.getStore()
                .getByKey(Cache.namespaceKeyFunc(
                        endpoints.getMetadata().getNamespace(),
                        endpoints.getMetadata().getName()));
        List<EndpointSlice> existing = slices.getIndexer().byIndex(MIRRORS, key.toString()).stream()
                .filter(slice -> !PodState.isDeleting(slice))
                .toList();
        List<Action> actions = MirrorPlan.isMirrored(endpoints, service)
                ? MirrorPlan.plan(endpoints, existing)
                : existing.stream().<Action>map(Action.Delete::new).toList();
        apply(key, actions);
        return Requeue.none();
    }

    private void apply(ResourceID key, List<Action> actions) {
        int missing =
                (int) actions.stream().filter(a -> a instanceof Action.Create).count();
        if (missing > 0) {
            expectations.expectCreations(key, missing);
        }
        try {
            for (Action action : actions) {
                switch (action) {
                    case Action.Create create -> {
                        client.resource(create.slice()).create();
                        missing--;
                    }
                    case Action.Update update -> client.resource(update.slice()).update();
                    case Action.Delete delete -> client.resource(delete.slice()).delete();
                }
            }
        } catch (KubernetesClientException e) {
            for (; missing > 0; missing--) {
                expectations.creationObserved(key);
            }
            if (!Failures.isNamespaceTerminating(e)) {
                throw e;
            }
        }
    }
}
