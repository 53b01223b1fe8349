package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Says in OpenAPI v2 what a v3 schema says, as far as v2 can. What its readers would misunderstand (defaults, alternatives,
 * nullable values and the insides of open objects) is left out. Source: apiextensions-apiserver/pkg/controller/openapi/v2.
 */
final class V2Schema {
    private static final Set<String> LEFT_OUT = Set.of("default", "oneOf", "anyOf", "not", "allOf", "nullable", "$ref");

    private static final String KINDS = "x-kubernetes-group-version-kind";

    private V2Schema() {}

    static ObjectNode of(ObjectNode v3) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        JsonNode reference = v3.path("allOf").path(0).path("$ref");
        if (!reference.isTextual()) {
            reference = v3.path("$ref");
        }
        if (reference.isTextual()) {
            out.put("$ref", reference.asText().replace(SchemaReferences.V3, SchemaReferences.V2));
        }
        boolean open = v3.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (open && v3.has(KINDS)) { // a kind with anything in it is published as an object, and no more is said
            return JsonNodeFactory.instance.objectNode().put("type", "object").set(KINDS, v3.get(KINDS));
        }
        boolean untyped = open || v3.path("nullable").asBoolean();
        for (Map.Entry<String, JsonNode> member : v3.properties()) {
            String name = member.getKey();
            boolean inside = name.equals("type") || name.equals("items") || name.equals("properties");
            if (!LEFT_OUT.contains(name) && !(untyped && inside)) {
                member(out, name, member.getValue(), v3);
            }
        }
        alternatives(v3, out);
        return out;
    }

    private static void member(ObjectNode out, String name, JsonNode value, ObjectNode v3) {
        switch (name) {
            case "properties" -> {
                ObjectNode properties = out.putObject(name);
                value.properties().forEach(p -> properties.set(p.getKey(), child(p.getValue())));
            }
            case "items", "additionalProperties" -> out.set(name, child(value));
            case "required" -> {
                ArrayNode required = required(value, v3.path("properties"));
                if (!required.isEmpty()) {
                    out.set(name, required);
                }
            }
            default -> out.set(name, value);
        }
    }

    private static JsonNode child(JsonNode schema) {
        return schema instanceof ObjectNode object ? of(object) : schema;
    }

    private static ArrayNode required(JsonNode names, JsonNode properties) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (JsonNode name : names) {
            if (!properties.path(name.asText()).path("nullable").asBoolean()) {
                out.add(name);
            }
        }
        return out;
    }

    /** A built-in value of two types is a text in v2: quantities, numbers or names of ports. */
    private static void alternatives(ObjectNode v3, ObjectNode out) {
        boolean builtin = v3.has("oneOf") && !v3.has("type") && !v3.has("properties");
        if (builtin && v3.path("oneOf").path(0).has("type")) {
            out.put("type", "string");
        }
    }
}
