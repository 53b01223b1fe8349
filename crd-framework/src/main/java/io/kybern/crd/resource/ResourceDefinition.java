package io.kybern.crd.resource;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Everything that the server knows about a kind. Built-in kinds are made from the published API structure, custom ones
 * from their CustomResourceDefinition; nothing downstream can tell which. Immutable, shared by all threads.
 *
 * @param versions in discovery order; exactly one has {@code storage}
 * @param strategy works on objects of the storage version
 */
public record ResourceDefinition(
        String group, ResourceNames names, Scope scope, List<Version> versions, Strategy strategy, boolean custom) {
    public ResourceDefinition {
        versions = List.copyOf(versions);
    }

    /**
     * One version of a kind.
     *
     * @param verbs as in discovery, sorted
     * @param schema parsed on first use: start-up needs none
     * @param subresources by name: {@code status}, {@code scale}, …
     * @param columns empty: the strategy's
     * @param deprecationWarning text of a Warning header for each request of this version
     */
    public record Version(
            String name,
            boolean served,
            boolean storage,
            List<String> verbs,
            SchemaSource schema,
            Map<String, Subresource> subresources,
            List<TableColumn> columns,
            Optional<String> deprecationWarning,
            String storageVersionHash) {
        public Version {
            verbs = List.copyOf(verbs);
            subresources = Map.copyOf(subresources);
            columns = List.copyOf(columns);
        }
    }

    /**
     * A subresource of a version.
     *
     * @param kind of what it reads and writes: {@code autoscaling/v1 Scale} for {@code scale}
     */
    public record Subresource(String name, GroupVersionKind kind, List<String> verbs) {
        public Subresource {
            verbs = List.copyOf(verbs);
        }
    }

    public GroupResource groupResource() {
        return new GroupResource(group, names.plural());
    }

    public Optional<Version> version(String name) {
        for (Version version : versions) {
            if (version.name().equals(name)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    public Version storageVersion() {
        for (Version version : versions) {
            if (version.storage()) {
                return version;
            }
        }
        throw new NoSuchElementException(names.plural() + "." + group + " has no version that is stored");
    }

    public GroupVersionKind kind(Version version) {
        return new GroupVersionKind(group, version.name(), names.kind());
    }

    public boolean namespaced() {
        return scope == Scope.NAMESPACED;
    }
}
