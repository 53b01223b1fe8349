package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schemas;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/** Follows references between component schemas. */
final class SchemaReferences {
    static final String V3 = "#/components/schemas/";
    static final String V2 = "#/definitions/";

    private SchemaReferences() {}

    /** The built-in components of these names and all that they refer to, by name. Shared trees: not to be modified. */
    static SortedMap<String, ObjectNode> closure(Schemas schemas, Collection<String> roots) {
        SortedMap<String, ObjectNode> out = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            String name = open.pop();
            if (!out.containsKey(name) && schemas.has(name)) {
                ObjectNode schema = (ObjectNode) schemas.get(name).raw();
                out.put(name, schema);
                collect(schema, open);
            }
        }
        return out;
    }

    /** Adds the names of all components that a tree refers to. */
    static void collect(JsonNode node, Collection<String> names) {
        if (node.path("$ref").isTextual()) {
            String reference = node.path("$ref").asText();
            names.add(reference.substring(reference.lastIndexOf('/') + 1));
        }
        for (JsonNode child : node) {
            if (child.isContainerNode()) {
                collect(child, names);
            }
        }
    }
}
