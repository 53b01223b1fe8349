package io.kybern.apiserver.http;

import java.util.List;
import java.util.Set;

/**
 * What a path and method ask for. Source: {@code apiserver/pkg/endpoints/request.RequestInfo}.
 *
 * @param verb {@code get list watch create update patch delete deletecollection connect proxy}, or the method in lower case for other paths
 * @param parts of the path after group and version: resource, name, subresource, …
 */
public record RequestInfo(
        boolean resourceRequest,
        String path,
        String verb,
        String apiPrefix,
        String group,
        String version,
        String namespace,
        String resource,
        String subresource,
        String name,
        List<String> parts) {
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    /** Subresources whose answers go on for as long as both sides want. Source: {@code BasicLongRunningRequestCheck}. */
    private static final Set<String> STREAMS = Set.of("attach", "exec", "proxy", "log", "portforward");

    /** Whether the answer is a stream of something else than changes: priority and fairness leave those out. */
    public boolean streams() {
        return verb.equals("proxy")
                || (resourceRequest ? STREAMS.contains(subresource) : path.startsWith("/debug/pprof/"));
    }

    public static RequestInfo of(ApiRequest request) {
        String path = request.path();
        List<String> parts = split(path);
        String method = request.method();
        if (parts.size() < 3
                || !(parts.getFirst().equals("api") || parts.getFirst().equals("apis"))) {
            return nonResource(path, method);
        }
        String prefix = parts.getFirst();
        String group = "";
        List<String> rest = parts.subList(1, parts.size());
        if (prefix.equals("apis")) {
            if (rest.size() < 3) {
                return nonResource(path, method);
            }
            group = rest.getFirst();
            rest = rest.subList(1, rest.size());
        }
        String version = rest.getFirst();
        rest = rest.subList(1, rest.size());
        String verb = switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
        if (rest.size() > 1
                && (rest.getFirst().equals("watch") || rest.getFirst().equals("proxy"))) {
            verb = rest.getFirst();
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.getFirst();
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        if (resource.equals("namespaces")) {
            namespace = name;
        }
        if (name.isEmpty() && verb.equals("get")) {
            verb = request.query().flag("watch") ? "watch" : "list";
        }
        if (name.isEmpty() && verb.equals("delete")) {
            verb = "deletecollection";
        }
        return new RequestInfo(
                true, path, verb, prefix, group, version, namespace, resource, subresource, name, List.copyOf(rest));
    }

    private static RequestInfo nonResource(String path, String method) {
        return new RequestInfo(
                false, path, method.toLowerCase(java.util.Locale.ROOT), "", "", "", "", "", "", "", List.of());
    }

    private static List<String> split(String path) {
        String trimmed = path.startsWith("/") ? path.substring(1) : path;
        if (trimmed.endsWith("/")) {
            trimmed = trimmed.substring(0, trimmed.length() - 1);
        }
        return trimmed.isEmpty() ? List.of() : List.of(trimmed.split("/", -1));
    }
}
