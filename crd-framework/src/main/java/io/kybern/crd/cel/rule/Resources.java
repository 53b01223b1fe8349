package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;

/** Schemas of whole resources, with what rules always know of them: type, name and generated name. */
final class Resources {
    private Resources() {}

    static Schema withTypeAndMetadata(Schema schema) {
        boolean complete = schema.property("kind").type().equals("string")
                && schema.property("apiVersion").type().equals("string")
                && schema.property("metadata").property("name").type().equals("string")
                && schema.property("metadata").property("generateName").type().equals("string");
        if (complete || !(schema.raw() instanceof ObjectNode raw)) {
            return schema;
        }
        ObjectNode extended = raw.objectNode();
        extended.setAll(raw);
        ObjectNode properties = raw.objectNode();
        if (raw.path("properties") instanceof ObjectNode declared) {
            properties.setAll(declared);
        }
        JsonNode text = raw.objectNode().put("type", "string");
        properties.set("kind", text);
        properties.set("apiVersion", text);
        ObjectNode metadata = properties.putObject("metadata").put("type", "object");
        metadata.putObject("properties").<ObjectNode>set("name", text).set("generateName", text);
        extended.set("properties", properties);
        return Schemas.parseSingle(extended);
    }
}
