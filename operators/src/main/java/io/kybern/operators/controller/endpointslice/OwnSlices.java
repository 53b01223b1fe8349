package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The EndpointSlices that one controller manages, by the Service that their label names. Those that change by another hand are put
 * right; its own new ones are awaited.
 */
public final class OwnSlices implements Watch<EndpointSlice> {
    /** The label that names the Service. */
    public static final String SERVICE = "kubernetes.io/service-name";
    /** The label that names the controller. */
    public static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    private final String manager;
    private final Expectations expectations;
    private final SharedIndexInformer<EndpointSlice> slices;

    /** @param manager the controller, as {@link #MANAGED_BY} names it */
    public OwnSlices(String manager, SharedInformers informers, Expectations expectations) {
        this.manager = manager;
        this.expectations = expectations;
        this.slices = informers.indexed(
                EndpointSlice.class,
                manager,
                slice -> service(slice).map(ResourceID::toString).stream().toList());
    }

    /** Those of a Service that are not going away. */
    public List<EndpointSlice> of(ResourceID service) {
        return slices.getIndexer().byIndex(manager, service.toString()).stream()
                .filter(slice -> !PodState.isDeleting(slice))
                .toList();
    }

    /**
     * Carries out what a plan wants for a Service, in its order.
     *
     * @throws KubernetesClientException what failed first; slices that were not made are no longer awaited. In a namespace that goes
     *     away nothing fails
     */
    public void apply(KubernetesClient client, ResourceID service, List<SliceChange> changes) {
        int missing = (int)
                changes.stream().filter(c -> c instanceof SliceChange.Create).count();
        if (missing > 0) {
            expectations.expectCreations(service, missing);
        }
        try {
            for (SliceChange change : changes) {
                switch (change) {
                    case SliceChange.Create create -> {
                        client.resource(create.slice()).create();
                        missing--;
                    }
                    case SliceChange.Update update ->
                        client.resource(update.slice()).update();
                    case SliceChange.Delete delete ->
                        client.resource(delete.slice()).delete();
                }
            }
        } catch (KubernetesClientException e) {
            for (; missing > 0; missing--) {
                expectations.creationObserved(service);
            }
            if (!Failures.isNamespaceTerminating(e)) {
                throw e;
            }
        }
    }

    private Optional<ResourceID> service(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        if (labels == null || !manager.equals(labels.get(MANAGED_BY))) {
            return Optional.empty();
        }
        return Optional.ofNullable(labels.get(SERVICE))
                .map(name -> new ResourceID(name, slice.getMetadata().getNamespace()));
    }

    @Override
    public Class<EndpointSlice> kind() {
        return EndpointSlice.class;
    }

    @Override
    public Collection<ResourceID> added(EndpointSlice slice) {
        Optional<ResourceID> service = service(slice);
        service.ifPresent(expectations::creationObserved);
        return service.stream().toList();
    }

    @Override
    public Collection<ResourceID> updated(EndpointSlice before, EndpointSlice after) {
        return service(after).or(() -> service(before)).stream().toList();
    }

    @Override
    public Collection<ResourceID> deleted(EndpointSlice slice) {
        return service(slice).stream().toList();
    }
}
