package io.kybern.operators.controller.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.endpointslice.OwnSlices;
import io.kybern.operators.controller.endpointslice.SliceChange;
import io.kybern.operators.informer.SharedInformers;
import java.time.InstantSource;
import java.util.List;

/**
 * EndpointSlices of Endpoints that no controller writes. Behaves as kube-controller-manager's
 * endpointslice-mirroring-controller.
 */
public final class EndpointSliceMirroringController implements KindController<Endpoints> {
    private final KubernetesClient client;
    private final SharedIndexInformer<Service> services;
    private final Expectations expectations;
    private final OwnSlices slices;

    public EndpointSliceMirroringController(KubernetesClient client, SharedInformers informers, InstantSource clock) {
        this.client = client;
        this.services = informers.of(Service.class);
        this.expectations = new Expectations(clock);
        this.slices = new OwnSlices(MirrorPlan.MANAGER, informers, expectations);
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
        return List.of(Watch.mapped(Service.class, service -> List.of(ResourceID.fromResource(service))), slices);
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
        List<EndpointSlice> existing = slices.of(key);
        List<SliceChange> changes = MirrorPlan.isMirrored(endpoints, service)
                ? MirrorPlan.plan(endpoints, existing)
                : existing.stream().<SliceChange>map(SliceChange.Delete::new).toList();
        slices.apply(client, key, changes);
        return Requeue.none();
    }
}
