package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * Version 2 tells a parameter that is the same everywhere once, and refers to it by its name and a hash of its text. Source:
 * kube-openapi/pkg/builder/parameters.go.
 */
final class SharedParameters {
    /** Clients look for these in the operation itself and follow no reference; a name's description tells the kind. */
    private static final Set<String> NEVER = Set.of("name", "dryRun", "fieldValidation");

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private SharedParameters() {}

    static boolean shares(ObjectNode parameter) {
        String name = parameter.path("name").asText();
        if (parameter.path("in").asText().equals("body")) {
            return parameter
                    .path("schema")
                    .path("$ref")
                    .asText()
                    .startsWith(SchemaReferences.V2 + "io.k8s.apimachinery");
        }
        return !NEVER.contains(name);
    }

    /** {@code limit-1NfNmdNH}. */
    static String key(ObjectNode parameter) {
        long hash = FNV_OFFSET;
        for (byte b : JsonWriter.bytes(parameter)) {
            hash = hash * FNV_PRIME ^ b & 0xff;
        }
        byte[] head =
                Arrays.copyOf(ByteBuffer.allocate(Long.BYTES).putLong(hash).array(), 6);
        return parameter.path("name").asText() + "-" + Base64.getUrlEncoder().encodeToString(head);
    }

    /** A reference to what is shared, else the parameter itself. */
    static ObjectNode reference(ObjectNode parameter) {
        return shares(parameter)
                ? JsonNodeFactory.instance.objectNode().put("$ref", "#/parameters/" + key(parameter))
                : parameter;
    }
}
