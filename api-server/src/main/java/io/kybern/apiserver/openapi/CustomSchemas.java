package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The component schemas of a custom resource: the object and its list. */
final class CustomSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static final String OBJECT = "io.k8s.api.core.v1.ConfigMap";
    private static final String LIST = "io.k8s.api.core.v1.EventList";
    private static final String CONVENTIONS =
            "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

    private final Descriptions descriptions;
    private final boolean opensEmbedded;

    /**
     * @param opensEmbedded whether embedded objects that keep unknown fields are published without fields: kubectl would take
     *     those of version 2 for all that there are
     */
    CustomSchemas(Descriptions descriptions, boolean opensEmbedded) {
        this.descriptions = descriptions;
        this.opensEmbedded = opensEmbedded;
    }

    /** {@code com.example.v1.Widget}. */
    static String name(GroupVersionKind kind) {
        List<String> parts = new ArrayList<>(List.of(kind.group().split("\\.")));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
    }

    void addTo(ObjectNode schemas, ResourceDefinition definition, ResourceDefinition.Version version) {
        GroupVersionKind kind = definition.kind(version);
        GroupVersionKind listKind = new GroupVersionKind(
                kind.group(), kind.version(), definition.names().listKind());
        schemas.set(name(kind), object(version, kind));
        schemas.set(name(listKind), list(kind, listKind, definition.names().plural()));
    }

    private ObjectNode object(ResourceDefinition.Version version, GroupVersionKind kind) {
        ObjectNode schema = version.schema().copy();
        schema.put("type", "object");
        publish(schema);
        asResource(schema, "ObjectMeta", OBJECT);
        kinds(schema, kind);
        return schema;
    }

    private ObjectNode list(GroupVersionKind kind, GroupVersionKind listKind, String plural) {
        ObjectNode schema = NODES.objectNode();
        schema.put("description", listKind.kind() + " is a list of " + kind.kind());
        schema.put("type", "object");
        schema.putArray("required").add("items");
        ObjectNode items = schema.putObject("properties").putObject("items");
        items.put("description", "List of " + plural + ". More info: " + CONVENTIONS);
        items.put("type", "array").putObject("items").put("$ref", SchemaReferences.V3 + name(kind));
        asResource(schema, "ListMeta", LIST);
        kinds(schema, listKind);
        return schema;
    }

    /** @param like the component whose texts these fields have here */
    private void asResource(ObjectNode schema, String metadata, String like) {
        ObjectNode properties = schema.withObjectProperty("properties");
        for (String name : List.of("apiVersion", "kind")) {
            properties
                    .putObject(name)
                    .put("description", descriptions.text(like, name))
                    .put("type", "string");
        }
        metadata(properties, metadata, like);
    }

    private void metadata(ObjectNode properties, String type, String like) {
        ObjectNode metadata = properties.putObject("metadata");
        metadata.put("description", descriptions.text(like, "metadata"));
        metadata.putArray("allOf").addObject().put("$ref", SchemaReferences.V3 + META + type);
    }

    private void asEmbedded(ObjectNode schema) {
        ObjectNode properties = schema.withObjectProperty("properties");
        properties
                .putObject("apiVersion")
                .put(
                        "description",
                        "apiVersion defines the versioned schema of this representation of an object. More info: "
                                + CONVENTIONS + "#resources")
                .put("type", "string");
        properties
                .putObject("kind")
                .put(
                        "description",
                        "kind is a string value representing the type of this object. In CamelCase. More info: "
                                + CONVENTIONS + "#types-kinds")
                .put("type", "string");
        metadata(properties, "ObjectMeta", OBJECT);
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        required.addAll(List.of("kind", "apiVersion"));
        ArrayNode names = schema.putArray("required");
        required.forEach(names::add);
    }

    private static void kinds(ObjectNode schema, GroupVersionKind kind) {
        schema.putArray("x-kubernetes-group-version-kind")
                .addObject()
                .put("group", kind.group())
                .put("kind", kind.kind())
                .put("version", kind.version());
    }

    /** Spells out what the extensions of a structural schema imply, for readers that do not know them. */
    private void publish(ObjectNode schema) {
        boolean open = opensEmbedded
                && schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (schema.path("x-kubernetes-embedded-resource").asBoolean() && !open) {
            asEmbedded(schema);
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean() && !schema.has("anyOf")) {
            schema.putArray("anyOf").add(type("integer")).add(type("string"));
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (property.getValue() instanceof ObjectNode inner) {
                publish(inner);
            }
        }
        for (String field : List.of("items", "additionalProperties")) {
            if (schema.get(field) instanceof ObjectNode inner) {
                publish(inner);
            }
        }
    }

    private static ObjectNode type(String type) {
        return NODES.objectNode().put("type", type);
    }
}
