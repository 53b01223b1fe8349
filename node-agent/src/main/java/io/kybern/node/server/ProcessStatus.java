package io.kybern.node.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.node.runtime.ContainerRuntime.StreamSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The two kinds of JSON that go over the streams of a process: how it ended, and a terminal's size. */
final class ProcessStatus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProcessStatus() {}

    /** The status of a process that could not be started. */
    static String failure(String message) {
        ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure")
                .put("message", message)
                .put("reason", "InternalError")
                .put("code", 500);
        return status.toString();
    }

    /** Several sizes may come at once. */
    static void resize(StreamSession session, byte[] data) {
        try (var sizes =
                JSON.readerFor(JsonNode.class).<JsonNode>readValues(new String(data, StandardCharsets.UTF_8))) {
            while (sizes.hasNextValue()) {
                JsonNode size = sizes.nextValue();
                session.resize(size.path("Width").asInt(), size.path("Height").asInt());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a terminal's size", e);
        }
    }
}
