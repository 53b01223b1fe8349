package io.kybern.apiserver;

import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.discovery.DiscoveryDocuments;
import io.kybern.apiserver.discovery.DiscoveryEndpoint;
import io.kybern.apiserver.discovery.RootEndpoint;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.health.HealthCheck;
import io.kybern.apiserver.health.HealthEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.introspection.FlagzEndpoint;
import io.kybern.apiserver.introspection.PriorityLevelsEndpoint;
import io.kybern.apiserver.introspection.ProfilesEndpoint;
import io.kybern.apiserver.introspection.StatuszEndpoint;
import io.kybern.apiserver.issuer.IssuerConfigurationEndpoint;
import io.kybern.apiserver.issuer.JsonWebKeysEndpoint;
import io.kybern.apiserver.metrics.MetricSource;
import io.kybern.apiserver.metrics.MetricsEndpoint;
import io.kybern.apiserver.openapi.OpenApiDocuments;
import io.kybern.apiserver.openapi.OpenApiV2Endpoint;
import io.kybern.apiserver.openapi.OpenApiV3Endpoint;
import io.kybern.apiserver.version.VersionEndpoint;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The paths that are no resources, as a table. */
final class NonResourcePaths {
    /** A path with all that is below it. */
    private record Subtree(String path, PathEndpoint endpoint) {
        boolean holds(String asked) {
            return asked.startsWith(path) && (asked.length() == path.length() || asked.charAt(path.length()) == '/');
        }
    }

    private final Map<String, PathEndpoint> exact = new HashMap<>();
    /** The host's, which the index does not name. */
    private final Map<String, PathEndpoint> added = new ConcurrentHashMap<>();

    private final List<Subtree> subtrees = new ArrayList<>();
    private final HealthEndpoint health;

    NonResourcePaths(
            ApiServerConfig config,
            DiscoveryDocuments documents,
            OpenApiDocuments openApi,
            ObjectReader objects,
            HealthEndpoint health,
            List<MetricSource> metrics,
            Supplier<String> address,
            InstantSource clock) {
        this.health = health;
        PathEndpoint root = new RootEndpoint(documents, this::listed);
        exact.put("/", root);
        exact.put("/index.html", root);
        route("/version", new VersionEndpoint());
        route(
                "/.well-known/openid-configuration",
                new IssuerConfigurationEndpoint(config.serviceAccountIssuer(), address));
        route("/openid/v1/jwks", new JsonWebKeysEndpoint(() ->
                (RSAPublicKey) config.pki().serviceAccountKeys().getPublic()));
        exact.put("/statusz", new StatuszEndpoint(clock));
        exact.put("/flagz", new FlagzEndpoint(flags(config)));
        exact.put(PriorityLevelsEndpoint.PATH, new PriorityLevelsEndpoint(objects));
        exact.put("/metrics", new MetricsEndpoint(metrics));
        exact.put("/metrics/slis", new MetricsEndpoint(List.of(health)));
        exact.put("/openapi/v2", new OpenApiV2Endpoint(openApi, clock));
        for (HealthCheck.Probe probe : HealthCheck.Probe.values()) {
            subtrees.add(new Subtree(probe.path(), health));
        }
        subtrees.add(new Subtree("/openapi/v3", new OpenApiV3Endpoint(openApi, clock)));
        subtrees.add(new Subtree(ProfilesEndpoint.PATH, new ProfilesEndpoint()));
        PathEndpoint discovery = new DiscoveryEndpoint(documents, address);
        subtrees.add(new Subtree("/api", discovery));
        subtrees.add(new Subtree("/apis", discovery));
    }

    void serveAlso(String path, PathEndpoint endpoint) {
        added.put(path, endpoint);
    }

    /** A path that may end in a slash. */
    private void route(String path, PathEndpoint endpoint) {
        exact.put(path, endpoint);
        exact.put(path + "/", endpoint);
    }

    /** Whether anything answers a path; those of health and discovery are not told apart. */
    boolean knows(String path) {
        return exact.containsKey(path)
                || added.containsKey(path)
                || subtrees.stream().anyMatch(subtree -> subtree.path().equals(path));
    }

    ApiResponse serve(ApiRequest request) {
        String path = request.path();
        PathEndpoint found = exact.containsKey(path) ? exact.get(path) : added.get(path);
        if (found == null) {
            for (Subtree subtree : subtrees) {
                if (subtree.holds(path)) {
                    return subtree.endpoint().serve(request);
                }
            }
            return PathEndpoint.notFound();
        }
        return found.serve(request);
    }

    /** What the index at {@code /} names besides groups and versions. */
    private Collection<String> listed() {
        List<String> out = new ArrayList<>(health.paths());
        out.addAll(List.of("/openapi/v3", "/openapi/v3/"));
        exact.keySet().stream()
                .filter(path -> path.length() > 1 && !path.endsWith("/") && !path.equals("/index.html"))
                .filter(path -> !path.startsWith("/debug/"))
                .forEach(out::add);
        return out;
    }

    private static SortedMap<String, String> flags(ApiServerConfig config) {
        SortedMap<String, String> out = new TreeMap<>();
        out.put("anonymous-auth", Boolean.toString(config.anonymousAuth()));
        out.put("data-dir", config.dataDir().map(Object::toString).orElse(""));
        out.put("etcd-compaction-interval", config.compactionInterval().toSeconds() + "s");
        out.put("service-account-issuer", config.serviceAccountIssuer());
        out.put("service-cluster-ip-range", config.serviceClusterIpRange());
        out.put("service-node-port-range", config.serviceNodePortRange());
        out.put("token-auth-file", config.tokenAuthFile().map(Object::toString).orElse(""));
        return out;
    }
}
