package io.kybern.apiserver.openapi;

import io.kybern.crd.resource.GroupVersionKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path.
 *
 * @param action {@code get list watch watchlist post put patch delete deletecollection connect}; empty for discovery
 * @param subject the kind that the path is about, of which a subresource may have another
 * @param parameters names of query and path parameters
 * @param produces media types by status; none: an answer without a body
 * @param returns component schemas by status; a status without one that has media types answers text
 * @param body component schema of the request's body
 */
record Operation(
        String path,
        String method,
        String id,
        String action,
        Optional<GroupVersionKind> kind,
        String subject,
        List<String> parameters,
        List<String> consumes,
        Map<String, List<String>> produces,
        Map<String, String> returns,
        Optional<String> body) {
    private static final String ITEM = "/{name}/";
    static final String DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

    /** Delete options may be left out, every other body not. */
    boolean bodyRequired() {
        return body.filter(b -> !b.equals(DELETE_OPTIONS)).isPresent();
    }

    /** {@code scale}; empty for the object itself. */
    String subresource() {
        int end = path.indexOf(ITEM);
        String rest = end < 0 ? "" : path.substring(end + ITEM.length());
        return rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
    }

    /** The path of the object that this operation is about: itself where there is no subresource. */
    static String objectPath(String path) {
        int end = path.indexOf(ITEM);
        return end < 0 ? path : path.substring(0, end + ITEM.length() - 1);
    }

    /** The document that holds a path: {@code apis/apps/v1}, {@code api}, {@code version}. */
    static String document(String path) {
        String[] parts = path.substring(1).split("/");
        int length = parts[0].equals("api") ? 2 : parts[0].equals("apis") ? 3 : parts.length;
        return String.join("/", List.of(parts).subList(0, Math.min(length, parts.length)));
    }

    /** The tag that operations of a document carry: {@code apps_v1}, {@code rbacAuthorization_v1}, {@code core_v1}. */
    static String tag(String document) {
        String[] parts = document.split("/");
        if (parts[0].equals("api")) {
            return parts.length == 1 ? "core" : "core_" + parts[1];
        }
        if (!parts[0].equals("apis")) {
            return parts[0].equals("version") ? "version" : parts[0].startsWith(".") ? "WellKnown" : "openid";
        }
        return switch (parts.length) {
            case 1 -> "apis";
            case 2 -> camelCase(parts[1]);
            default -> camelCase(parts[1]) + "_" + parts[2];
        };
    }

    /** {@code rbac.authorization.k8s.io → rbacAuthorization}, {@code example.com → exampleCom}. */
    static String camelCase(String group) {
        String name = group.endsWith(".k8s.io") ? group.substring(0, group.length() - ".k8s.io".length()) : group;
        StringBuilder out = new StringBuilder();
        for (String part : name.split("[.-]")) {
            out.append(out.isEmpty() ? part : capitalised(part));
        }
        return out.toString();
    }

    static String capitalised(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
