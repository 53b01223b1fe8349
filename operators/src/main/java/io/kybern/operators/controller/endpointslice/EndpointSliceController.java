package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.endpointslice.EndpointSlicePlan.Plan;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** EndpointSlices of Services with a selector. Behaves as kube-controller-manager's endpointslice-controller. */
public final class EndpointSliceController implements KindController<Service> {
    private static final Duration UNTIL_NODE_IS_KNOWN = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final EventRecorder events;
    private final int maxEndpoints;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;
    private final Expectations expectations;
    private final OwnSlices slices;

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
        this.expectations = new Expectations(clock);
        this.slices = new OwnSlices(EndpointSlicePlan.MANAGER, informers, expectations);
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
        return List.of(Watch.mapped(Pod.class, this::selecting, PodEndpoint::changed), slices);
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
        Plan plan = EndpointSlicePlan.plan(
                service,
                selected,
                slices.of(key),
                name -> Optional.ofNullable(nodes.getStore().getByKey(name)),
                maxEndpoints);
        apply(service, key, plan.actions());
        return plan.incomplete() ? Requeue.after(UNTIL_NODE_IS_KNOWN) : Requeue.none();
    }

    private void apply(Service service, ResourceID key, List<SliceChange> changes) {
        try {
            slices.apply(client, key, changes);
        } catch (KubernetesClientException e) {
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
