package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** From a request about a resource to the endpoint of its verb. */
public final class ResourceRouter {
    private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}");

    /** Subresources that are the object itself, with their own rules in its strategy. */
    private static final Set<String> OBJECT_SUBRESOURCES =
            Set.of("status", "approval", "finalize", "ephemeralcontainers", "resize");

    private static final Set<String> OF_ALL_NAMESPACES = Set.of("list", "watch");
    private static final Set<String> OF_COLLECTIONS = Set.of("create", "deletecollection", "list", "watch");
    private static final Set<String> OF_OBJECTS = Set.of("get", "update", "patch", "delete", "watch");

    private final ResourceRegistry registry;
    private final Map<String, Endpoint> verbs;
    private final SpecialEndpoints special;

    /** @param verbs the endpoint of each verb on objects and collections */
    public ResourceRouter(ResourceRegistry registry, Map<String, Endpoint> verbs, SpecialEndpoints special) {
        this.registry = registry;
        this.verbs = Map.copyOf(verbs);
        this.special = special;
    }

    public ApiResponse serve(Exchange exchange) {
        RequestInfo info = exchange.info();
        boolean former = info.verb().equals("proxy"); // a path of the first versions
        if (former || info.parts().size() > 3 && !hasTail(info.subresource())) {
            throw ApiException.noSuchResource();
        }
        ResourceDefinition definition = definition(info);
        ResourceDefinition.Version version = definition.version(info.version()).orElseThrow();
        if (definition.custom()) { // warned of, whatever becomes of the request
            version.deprecationWarning().ifPresent(exchange.warnings()::add);
        }
        String verb = verb(exchange, info);
        if (definition.custom()) { // one handler serves all custom kinds, and warns before it looks closer
            version.deprecationWarning().ifPresent(exchange.warnings()::add);
        }
        if (!allows(definition, version, info, verb) && !proxied(exchange)) {
            throw ApiException.methodNotAllowed();
        }
        version.deprecationWarning().ifPresent(exchange.warnings()::add);
        Optional<Resource> resource = registry.find(info.group(), info.version(), info.resource());
        if (resource.isPresent() && !resource.get().isLoaded()) {
            MustWaitException.unlessMayBlock();
        }
        resource.map(Resource::store)
                .filter(ResourceStore::shared)
                .ifPresent(store -> refresh(store, exchange.request().query().get("resourceVersion")));
        Optional<SpecialEndpoint> own = special.find(definition, info);
        if (own.isPresent()) {
            return own.get().serve(new SpecialCall(exchange, definition, version, resource, verb));
        }
        if (resource.isEmpty()) {
            throw ApiException.notImplemented(definition.groupResource() + " is not served yet");
        }
        return ordinary(info, verb)
                .serve(new Call(exchange.request(), info, exchange.user(), resource.get(), exchange.warnings()));
    }

    /**
     * Makes the cache as new as the store where others write, too. Who asks for any state gets one at once; who knows a revision
     * that was seen here already, too.
     */
    private static void refresh(ResourceStore store, String asked) {
        if (asked.equals("0") || isKnown(store, asked)) {
            return;
        }
        MustWaitException.unlessMayBlock();
        store.refresh();
    }

    /** False also for what is no revision: the endpoint says so. */
    private static boolean isKnown(ResourceStore store, String asked) {
        return REVISION.matcher(asked).matches()
                && Long.parseLong(asked) <= store.snapshot().revision().value();
    }

    /** Proxies take these methods too, which discovery has no verbs for. */
    private static boolean proxied(Exchange exchange) {
        return hasTail(exchange.info().subresource())
                && Set.of("HEAD", "OPTIONS").contains(exchange.request().method());
    }

    /** Proxies and the like take the rest of the path. */
    private static boolean hasTail(String subresource) {
        return subresource.equals("proxy");
    }

    /** Whether a path is answered here: of groups that have only custom resources, just what is defined now. */
    public boolean knows(RequestInfo info) {
        boolean lists = info.verb().equals("list") || info.verb().equals("watch");
        return registry.isBuiltin(info.group())
                || find(info)
                        .filter(d -> !d.namespaced() || !info.namespace().isEmpty() || lists)
                        .isPresent();
    }

    private ResourceDefinition definition(RequestInfo info) {
        return find(info).orElseThrow(ApiException::noSuchResource);
    }

    private Optional<ResourceDefinition> find(RequestInfo info) {
        for (ResourceDefinition definition : registry.named(info.group(), info.resource())) {
            boolean served = definition
                    .version(info.version())
                    .filter(ResourceDefinition.Version::served)
                    .isPresent();
            if (served && inScope(definition, info)) {
                return Optional.of(definition);
            }
        }
        return Optional.empty();
    }

    /** Objects of namespaces can be listed over all, but named only within one; others never within one. */
    private static boolean inScope(ResourceDefinition definition, RequestInfo info) {
        if (definition.names().plural().equals("namespaces")
                && definition.group().isEmpty()) {
            return true;
        }
        boolean within = !info.namespace().isEmpty();
        return definition.namespaced() ? within || info.name().isEmpty() : !within;
    }

    private static boolean allows(
            ResourceDefinition definition, ResourceDefinition.Version version, RequestInfo info, String verb) {
        if (info.subresource().isEmpty()) {
            boolean everywhere = definition.namespaced() && info.namespace().isEmpty();
            Set<String> possible = everywhere ? OF_ALL_NAMESPACES : info.name().isEmpty() ? OF_COLLECTIONS : OF_OBJECTS;
            return possible.contains(verb) && version.verbs().contains(verb);
        }
        ResourceDefinition.Subresource sub = version.subresources().get(info.subresource());
        if (sub == null) {
            throw definition.custom()
                    ? ApiException.notFound(definition.groupResource(), info.name())
                    : ApiException.noSuchResource();
        }
        return sub.verbs().contains(verb);
    }

    private static String verb(Exchange exchange, RequestInfo info) {
        String method = exchange.request().method();
        if (method.equals("HEAD")) {
            return "head";
        }
        return info.verb();
    }

    private Endpoint ordinary(RequestInfo info, String verb) {
        boolean object = info.subresource().isEmpty() || OBJECT_SUBRESOURCES.contains(info.subresource());
        Endpoint endpoint = object ? verbs.get(verb) : null;
        if (endpoint == null) {
            throw ApiException.notImplemented(
                    "the subresource " + info.resource() + "/" + info.subresource() + " is not served yet");
        }
        return endpoint;
    }
}
