package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Named component schemas that refer to each other by {@code $ref}: the published structure of the built-in API. Each
 * is made on first use. Safe for all threads.
 */
public final class Schemas {
    private static final Set<String> UNTYPED = Set.of(
            "io.k8s.apimachinery.pkg.api.resource.Quantity",
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            "io.k8s.apimachinery.pkg.runtime.RawExtension");

    private final JsonNode components;
    private final Map<String, Schema> made = new ConcurrentHashMap<>();
    private volatile @Nullable Map<GroupVersionKind, String> kinds;

    private Schemas(JsonNode components) {
        this.components = components;
    }

    /** @param document component schemas by name, or any object that holds them under {@code schemas} or {@code components/schemas} */
    public static Schemas parse(ObjectNode document) {
        if (document.path("components").path("schemas").isObject()) {
            return new Schemas(document.path("components").path("schemas"));
        }
        return new Schemas(document.path("schemas").isObject() ? document.path("schemas") : document);
    }

    /** One schema that refers to nothing, such as that of a CustomResourceDefinition's version. */
    public static Schema parseSingle(ObjectNode schema) {
        return new Schema(schema, null, "");
    }

    /**
     * A component by its full name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Schema get(String name) {
        Schema known = made.get(name);
        if (known != null) {
            return known;
        }
        if (!(components.path(name) instanceof ObjectNode raw)) {
            throw new IllegalArgumentException("no component schema named " + name);
        }
        // Not computeIfAbsent: a component that is itself a reference makes another one meanwhile.
        Schema fresh = new Schema(raw, this, name);
        Schema first = made.putIfAbsent(name, fresh);
        return first == null ? fresh : first;
    }

    public boolean has(String name) {
        return components.has(name);
    }

    /** The component that says of itself that it is this kind ({@code x-kubernetes-group-version-kind}). */
    public Optional<Schema> find(GroupVersionKind kind) {
        Map<GroupVersionKind, String> index = kinds;
        if (index == null) {
            index = index();
            kinds = index;
        }
        return Optional.ofNullable(index.get(kind)).map(this::get);
    }

    private Map<GroupVersionKind, String> index() {
        Map<GroupVersionKind, String> index = new LinkedHashMap<>();
        components.propertyStream().forEach(component -> {
            for (JsonNode kind : component.getValue().path("x-kubernetes-group-version-kind")) {
                index.put(
                        new GroupVersionKind(
                                kind.path("group").asText(),
                                kind.path("version").asText(),
                                kind.path("kind").asText()),
                        component.getKey());
            }
        });
        return index;
    }

    /** Components that hold a number or a string in one field, or any tree: nothing inside them is a field. */
    static boolean untyped(Schema schema) {
        return UNTYPED.contains(schema.name());
    }
}
