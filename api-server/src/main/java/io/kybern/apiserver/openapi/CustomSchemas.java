package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The component schemas of a custom resource: the object and its list. */
final class CustomSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private CustomSchemas() {}

    /** {@code com.example.v1.Widget}. */
    static String name(GroupVersionKind kind) {
        List<String> parts = new ArrayList<>(List.of(kind.group().split("\\.")));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
    }

    static void addTo(ObjectNode schemas, ResourceDefinition definition, ResourceDefinition.Version version) {
        GroupVersionKind kind = definition.kind(version);
        GroupVersionKind listKind = new GroupVersionKind(
                kind.group(), kind.version(), definition.names().listKind());
        schemas.set(name(kind), object(version, kind));
        schemas.set(name(listKind), list(kind, listKind));
    }

    private static ObjectNode object(ResourceDefinition.Version version, GroupVersionKind kind) {
        ObjectNode schema = ((ObjectNode) version.schema().get().raw()).deepCopy();
        schema.put("type", "object");
        asResource(schema, "ObjectMeta");
        publish(schema);
        kinds(schema, kind);
        return schema;
    }

    private static ObjectNode list(GroupVersionKind kind, GroupVersionKind listKind) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        schema.putArray("required").add("items");
        ObjectNode items = schema.putObject("properties").putObject("items");
        items.put("type", "array").putObject("items").put("$ref", SchemaReferences.V3 + name(kind));
        asResource(schema, "ListMeta");
        kinds(schema, listKind);
        return schema;
    }

    private static void asResource(ObjectNode schema, String metadata) {
        ObjectNode properties = schema.withObjectProperty("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties
                .putObject("metadata")
                .putArray("allOf")
                .addObject()
                .put("$ref", SchemaReferences.V3 + META + metadata);
    }

    private static void kinds(ObjectNode schema, GroupVersionKind kind) {
        schema.putArray("x-kubernetes-group-version-kind")
                .addObject()
                .put("group", kind.group())
                .put("kind", kind.kind())
                .put("version", kind.version());
    }

    /** Spells out what the extensions of a structural schema imply, for readers that do not know them. */
    private static void publish(ObjectNode schema) {
        if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            asResource(schema, "ObjectMeta");
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
