package io.kybern.apiserver.openapi;

import java.util.List;

/**
 * What documents say about an operation and its parameters. Query parameters are the fields of an options type, and read as
 * those do. Source: apiserver/pkg/endpoints/installer.go.
 */
final class OperationText {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String DEPRECATED = ". deprecated: use the 'watch' parameter with a list operation instead";

    private final Descriptions descriptions;

    OperationText(Descriptions descriptions) {
        this.descriptions = descriptions;
    }

    static String of(Operation operation) {
        String kind = operation.subject();
        String part = operation.subresource().isEmpty() ? "" : operation.subresource() + " of ";
        return switch (operation.action()) {
            case "get" -> "read " + part + "the specified " + kind;
            case "list" -> (watchable(operation) ? "list or watch" : "list") + " objects of kind " + kind;
            case "watch" ->
                "watch changes to an object of kind " + kind + DEPRECATED
                        + ", filtered to a single item with the 'fieldSelector' parameter.";
            case "watchlist" -> "watch individual changes to a list of " + kind + DEPRECATED + ".";
            case "post" -> "create " + part + withArticle(kind);
            case "put" -> "replace " + part + "the specified " + kind;
            case "patch" -> "partially update " + part + "the specified " + kind;
            case "delete" -> "delete " + part + withArticle(kind);
            case "deletecollection" -> "delete collection of " + kind;
            case "connect" ->
                "connect " + operation.method().toUpperCase(java.util.Locale.ROOT) + " requests to " + part + kind;
            default -> aboutServer(operation.path());
        };
    }

    /** Component statuses tell that they can't be watched by their words alone. */
    private static boolean watchable(Operation operation) {
        return !operation.subject().equals("ComponentStatus")
                && operation.produces().getOrDefault("200", List.of()).contains("application/json;stream=watch");
    }

    private static String withArticle(String noun) {
        if (noun.endsWith("s") && !noun.endsWith("ss")) {
            return noun;
        }
        return ("AEIOUaeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
    }

    private static String aboutServer(String path) {
        return switch (path) {
            case "/api/", "/apis/" -> "get available API versions";
            case "/version/" -> "get the version information for this server";
            case "/.well-known/openid-configuration/" ->
                "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'";
            case "/openid/v1/jwks/" ->
                "get service account issuer OpenID JSON Web Key Set (contains public token verification keys)";
            default ->
                path.startsWith("/apis/") && path.split("/").length == 3
                        ? "get information of a group"
                        : "get available resources";
        };
    }

    /** @param in {@code path} or {@code query} */
    String ofParameter(Operation operation, String name, String in) {
        if (in.equals("path")) {
            return switch (name) {
                case "namespace" -> "object name and auth scope, such as for teams and projects";
                case "name" -> "name of the " + operation.kind().orElseThrow().kind();
                default -> "path to the resource";
            };
        }
        if (name.equals("pretty")) {
            return "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent indicates a"
                    + " browser or command-line HTTP tool (curl and wget).";
        }
        return options(operation).stream()
                .map(type -> descriptions.text(type, name))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static List<String> options(Operation operation) {
        return switch (operation.action()) {
            case "get" -> List.of(META + "GetOptions", CORE + "PodLogOptions");
            case "post" -> List.of(META + "CreateOptions");
            case "put" -> List.of(META + "UpdateOptions");
            case "patch" -> List.of(META + "PatchOptions");
            case "delete" -> List.of(META + "DeleteOptions");
            case "connect" -> List.of(CORE + operation.kind().orElseThrow().kind());
            default -> List.of(META + "ListOptions", META + "DeleteOptions");
        };
    }
}
