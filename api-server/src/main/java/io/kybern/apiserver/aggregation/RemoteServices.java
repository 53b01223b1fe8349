package io.kybern.apiserver.aggregation;

import static io.kybern.crd.resource.Trees.has;

import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.GroupResource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All versions of groups that other servers serve, as their APIServices say now. */
public final class RemoteServices {
    private static final GroupResource API_SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final String ROOT = "/apis/";

    private final Resource apiServices;
    private final ObjectReader objects;
    private volatile Known known = new Known(-1, Map.of());

    /** By group and version, as they were after so many changes. */
    private record Known(long change, Map<String, RemoteService> services) {}

    public RemoteServices(ResourceRegistry registry, ObjectReader objects) {
        this.apiServices = registry.stored(API_SERVICES).orElseThrow();
        this.objects = objects;
    }

    /** The one that serves a path; empty if this server does. */
    public Optional<RemoteService> find(String path) {
        Map<String, RemoteService> services = services();
        if (services.isEmpty() || !path.startsWith(ROOT)) {
            return Optional.empty();
        }
        String[] parts = path.substring(ROOT.length()).split("/", 3);
        return parts.length < 2 ? Optional.empty() : Optional.ofNullable(services.get(parts[0] + "/" + parts[1]));
    }

    /** All, the most important group and version first. */
    public List<RemoteService> all() {
        return List.copyOf(services().values());
    }

    private Map<String, RemoteService> services() {
        long change = apiServices.store().lastChange().value();
        Known now = known;
        if (now.change() != change) {
            Map<String, RemoteService> services = new LinkedHashMap<>();
            objects.list(API_SERVICES, "").stream()
                    .filter(s -> has(s, "spec", "service"))
                    .map(RemoteService::of)
                    .sorted(Comparator.comparingLong((RemoteService s) -> -s.groupPriority())
                            .thenComparing(RemoteService::group)
                            .thenComparingLong(s -> -s.versionPriority())
                            .thenComparing(RemoteService::version))
                    .forEach(s -> services.put(s.groupVersion(), s));
            now = new Known(change, services);
            known = now;
        }
        return now.services();
    }
}
