package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Endpoints of Services with a selector. Behaves as kube-controller-manager's endpoints-controller. */
public final class EndpointsController implements KindController<Service> {
    private final KubernetesClient client;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Endpoints> endpoints;

    public EndpointsController(KubernetesClient client, SharedInformers informers) {
        this.client = client;
        this.services = informers.of(Service.class);
        this.pods = informers.of(Pod.class);
        this.endpoints = informers.of(Endpoints.class);
    }

    @Override
    public String name() {
        return "endpoints-controller";
    }

    @Override
    public Class<Service> primary() {
        return Service.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(
                Watch.mapped(Pod.class, this::selecting, PodEndpoint::changed),
                Watch.mapped(Endpoints.class, object -> List.of(ResourceID.fromResource(object))));
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

    /**
     * No owner reference does it: Endpoints are older than these. Whatever the cache says, which may be behind: the
     * server deletes them with the Service, and they may have been made anew before that was known here.
     */
    @Override
    public void gone(ResourceID key) {
        client.endpoints()
                .inNamespace(key.getNamespace().orElse(""))
                .withName(key.getName())
                .delete();
    }

    private Optional<Endpoints> existing(ResourceID key) {
        return Optional.ofNullable(endpoints
                .getStore()
                .getByKey(Cache.namespaceKeyFunc(key.getNamespace().orElse(""), key.getName())));
    }

    @Override
    public Requeue reconcile(Service service) {
        Selector selector = Selector.ofLabels(service.getSpec().getSelector());
        if ("ExternalName".equals(service.getSpec().getType()) || selector.isEmpty()) {
            return Requeue.none();
        }
        List<Pod> selected =
                pods
                        .getIndexer()
                        .byIndex(Cache.NAMESPACE_INDEX, service.getMetadata().getNamespace())
                        .stream()
                        .filter(selector::matches)
                        .toList();
        Optional<Endpoints> actual = existing(ResourceID.fromResource(service));
        Endpoints desired = EndpointsPlan.plan(service, selected, actual);
        try {
            if (actual.isEmpty()) {
                client.resource(desired).create();
            } else if (!isSame(actual.get(), desired)) {
                client.resource(desired).update();
            }
        } catch (KubernetesClientException e) {
            if (!Failures.isNamespaceTerminating(e)) {
                throw e;
            }
        }
        return Requeue.none();
    }

    /** The server may write empty lists and maps as none. */
    private static boolean isSame(Endpoints actual, Endpoints desired) {
        return Optional.ofNullable(actual.getSubsets())
                        .orElse(List.of())
                        .equals(Optional.ofNullable(desired.getSubsets()).orElse(List.of()))
                && Optional.ofNullable(actual.getMetadata().getLabels())
                        .orElse(Map.of())
                        .equals(desired.getMetadata().getLabels())
                && Optional.ofNullable(actual.getMetadata().getAnnotations())
                        .orElse(Map.of())
                        .equals(Optional.ofNullable(desired.getMetadata().getAnnotations())
                                .orElse(Map.of()));
    }
}
