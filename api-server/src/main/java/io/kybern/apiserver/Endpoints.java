package io.kybern.apiserver;

import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.endpoint.BindingEndpoint;
import io.kybern.apiserver.endpoint.CachedObjects;
import io.kybern.apiserver.endpoint.ComponentStatusEndpoint;
import io.kybern.apiserver.endpoint.CreateEndpoint;
import io.kybern.apiserver.endpoint.DeleteCollectionEndpoint;
import io.kybern.apiserver.endpoint.DeleteEndpoint;
import io.kybern.apiserver.endpoint.Endpoint;
import io.kybern.apiserver.endpoint.EvictionEndpoint;
import io.kybern.apiserver.endpoint.FieldManagers;
import io.kybern.apiserver.endpoint.GetEndpoint;
import io.kybern.apiserver.endpoint.ListEndpoint;
import io.kybern.apiserver.endpoint.ObjectDeleter;
import io.kybern.apiserver.endpoint.ObjectWriter;
import io.kybern.apiserver.endpoint.OpenWatches;
import io.kybern.apiserver.endpoint.PatchEndpoint;
import io.kybern.apiserver.endpoint.ResourceRouter;
import io.kybern.apiserver.endpoint.ScaleEndpoint;
import io.kybern.apiserver.endpoint.SideEffects;
import io.kybern.apiserver.endpoint.SpecialEndpoints;
import io.kybern.apiserver.endpoint.SubjectAdmission;
import io.kybern.apiserver.endpoint.UpdateEndpoint;
import io.kybern.apiserver.endpoint.WatchEndpoint;
import io.kybern.apiserver.kubelet.LogEndpoint;
import io.kybern.apiserver.kubelet.NodeClient;
import io.kybern.apiserver.kubelet.ProxyEndpoint;
import io.kybern.apiserver.kubelet.StreamEndpoint;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.metrics.WatchMetrics;
import io.kybern.apiserver.negotiation.ListEncoder;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Tables;
import io.kybern.apiserver.registry.BuiltinResources;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.service.ServiceAllocator;
import io.kybern.apiserver.service.ServiceSideEffects;
import io.kybern.crd.resource.GroupResource;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What answers, assembled: an endpoint for each verb, and those of the paths that have their own. */
final class Endpoints {
    private final ResourceRegistry registry;
    private final BuiltinResources builtin;
    private final Access access;
    private final AdmissionChain admission;
    private final InstantSource clock;
    private final RandomGenerator random = new SecureRandom();
    private final FieldManagers fieldManagers = new FieldManagers();
    private final Tables tables;
    private final Projections projections;
    private final ObjectWriter writer;
    private final ObjectDeleter deleter;

    Endpoints(
            ResourceRegistry registry,
            BuiltinResources builtin,
            Access access,
            AdmissionChain admission,
            ServiceAllocator services,
            InstantSource clock) {
        this.registry = registry;
        this.builtin = builtin;
        this.access = access;
        this.admission = admission;
        this.clock = clock;
        this.tables = new Tables(clock);
        this.projections = new Projections(tables);
        registry.onRemoval(fieldManagers::forget);
        Map<GroupResource, SideEffects> sideEffects =
                Map.of(new GroupResource("", "services"), new ServiceSideEffects(services));
        this.writer = new ObjectWriter(
                admission, fieldManagers, new SystemFields(random, UUID::randomUUID), clock, sideEffects);
        this.deleter = new ObjectDeleter(admission, clock, sideEffects);
    }

    /** @param storeProblem why the store does not answer, if it doesn't */
    ResourceRouter router(
            OpenWatches openWatches, WatchMetrics watches, NodeClient nodes, Supplier<Optional<String>> storeProblem) {
        return new ResourceRouter(registry, verbs(openWatches, watches), special(nodes, storeProblem));
    }

    private Map<String, Endpoint> verbs(OpenWatches openWatches, WatchMetrics watches) {
        Map<String, Endpoint> verbs = new HashMap<>();
        verbs.put("get", new GetEndpoint(projections));
        verbs.put("list", new ListEndpoint(new ListEncoder(tables)));
        verbs.put("watch", new WatchEndpoint(openWatches, tables, random, watches));
        verbs.put("create", new CreateEndpoint(writer, projections));
        verbs.put("update", new UpdateEndpoint(writer, projections));
        verbs.put("patch", new PatchEndpoint(writer, fieldManagers, projections, clock));
        verbs.put("delete", new DeleteEndpoint(deleter, projections));
        verbs.put("deletecollection", new DeleteCollectionEndpoint(deleter, new ListEncoder(tables)));
        return verbs;
    }

    private SpecialEndpoints special(NodeClient nodes, Supplier<Optional<String>> storeProblem) {
        SpecialEndpoints special = new SpecialEndpoints();
        SubjectAdmission subjects = new SubjectAdmission(admission);
        access.serveReviews(special, subjects);
        CachedObjects objects = new CachedObjects(registry);
        StreamEndpoint streams = new StreamEndpoint(objects, nodes, access.authorizer(), subjects);
        ProxyEndpoint proxy = new ProxyEndpoint(objects, nodes, random, subjects);
        special.add("", "componentstatuses", "", new ComponentStatusEndpoint(storeProblem));
        special.add("", "bindings", "", new BindingEndpoint(objects, subjects, clock))
                .add("", "pods", "binding", new BindingEndpoint(objects, subjects, clock))
                .add("", "pods", "eviction", new EvictionEndpoint(objects, fieldManagers, deleter, subjects, clock))
                .add("", "pods", "log", new LogEndpoint(objects, nodes))
                .add("", "pods", "exec", streams)
                .add("", "pods", "attach", streams)
                .add("", "pods", "portforward", streams)
                .add("", "pods", "proxy", proxy)
                .add("", "services", "proxy", proxy)
                .add("", "nodes", "proxy", proxy)
                .addEverywhere(
                        "scale",
                        new ScaleEndpoint(
                                () -> builtin.schemas().find(ScaleEndpoint.KIND).orElseThrow(),
                                writer,
                                fieldManagers,
                                projections,
                                clock));
        return special;
    }
}
