package io.kybern.apiserver.authorization;

import io.kybern.apiserver.authentication.User;
import java.util.Map;

/**
 * What somebody wants to do. Source: {@code authorizer.Attributes} of k8s.io/apiserver.
 *
 * @param path of a request that is not about a resource; empty otherwise
 * @param fields what the field selector of a list, watch or deletecollection demands to be equal
 */
public record AuthorizationAttributes(
        User user,
        String verb,
        boolean resourceRequest,
        String group,
        String version,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path,
        Map<String, String> fields) {
    public AuthorizationAttributes {
        fields = Map.copyOf(fields);
    }

    /** A request about a path that is no resource. */
    public static AuthorizationAttributes ofPath(User user, String verb, String path) {
        return new AuthorizationAttributes(user, verb, false, "", "", "", "", "", "", path, Map.of());
    }

    public static AuthorizationAttributes ofResource(
            User user,
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name) {
        return new AuthorizationAttributes(
                user, verb, true, group, version, resource, subresource, namespace, name, "", Map.of());
    }

    /** {@code pods} or {@code pods/status}, as rules name it. */
    public String qualifiedResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
