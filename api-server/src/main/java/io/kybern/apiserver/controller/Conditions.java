package io.kybern.apiserver.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Conditions in the status of an object. */
final class Conditions {
    private Conditions() {}

    static ObjectNode of(String type, boolean status, String reason, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("status", status ? "True" : "False")
                .put("reason", reason)
                .put("message", message);
    }

    static Optional<JsonNode> find(JsonNode object, String type) {
        return StreamSupport.stream(object.path("status").path("conditions").spliterator(), false)
                .filter(c -> c.path("type").asText().equals(type))
                .findFirst();
    }

    /** An apply of one condition and nothing else. */
    static ObjectNode applied(ObjectNode object, ObjectNode condition) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.set("apiVersion", object.path("apiVersion"));
        out.set("kind", object.path("kind"));
        out.putObject("metadata").set("name", object.path("metadata").path("name"));
        out.putObject("status").putArray("conditions").add(condition);
        return out;
    }
}
