package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The schemas of a CustomResourceDefinition as they are written in it, apart from the rest since they are most of it. Thread-safe. */
public interface DeclaredSchemas {
    /** A new tree of the {@code openAPIV3Schema} of a version; of one that lets anything through where none is declared. */
    ObjectNode of(String version);

    /** Tells apart what the definition has said of its schemas over time. */
    String identity();

    /** Those in a tree that holds the whole definition and doesn't change any more. */
    static DeclaredSchemas in(ObjectNode definition) {
        return new DeclaredSchemas() {
            @Override
            public ObjectNode of(String version) {
                return find(definition, version).deepCopy();
            }

            @Override
            public String identity() {
                return definition.path("spec").path("versions").toString();
            }
        };
    }

    /** The schema of a version in a whole definition. */
    static ObjectNode find(JsonNode definition, String version) {
        for (JsonNode candidate : definition.path("spec").path("versions")) {
            if (candidate.path("name").asText().equals(version)
                    && candidate.path("schema").path("openAPIV3Schema") instanceof ObjectNode schema) {
                return schema;
            }
        }
        return JsonNodeFactory.instance.objectNode().put("x-kubernetes-preserve-unknown-fields", true);
    }
}
