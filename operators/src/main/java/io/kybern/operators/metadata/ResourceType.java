package io.kybern.operators.metadata;

import java.util.Set;

/**
 * A resource as discovery tells it, at its preferred version.
 *
 * @param group empty for the core
 * @param resource the plural
 * @param verbs what it can do
 */
public record ResourceType(
        String group, String version, String resource, String kind, boolean namespaced, Set<String> verbs) {
    public ResourceType {
        verbs = Set.copyOf(verbs);
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + '/' + version;
    }

    /** The path of all objects of a namespace; of the whole cluster for the empty one. */
    public String path(String namespace) {
        return (group.isEmpty() ? "/api/" : "/apis/")
                + apiVersion()
                + (namespace.isEmpty() || !namespaced ? "" : "/namespaces/" + namespace)
                + '/'
                + resource;
    }

    public String path(String namespace, String name) {
        return path(namespace) + '/' + name;
    }
}
