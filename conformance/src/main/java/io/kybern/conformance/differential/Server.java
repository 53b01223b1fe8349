package io.kybern.conformance.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** One of the two, asked over a kept connection. For one thread at a time. */
final class Server implements AutoCloseable {
    private final ServerProcess process;
    private HttpConnection connection;

    Server(ServerProcess process) {
        this.process = process;
        this.connection = open();
    }

    private HttpConnection open() {
        try {
            return HttpConnection.open(process.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer; a body that is no JSON is a text. */
    record Answer(int code, JsonNode body) {
        ObjectNode object() {
            if (body instanceof ObjectNode object && code < 300) {
                return object;
            }
            throw new IllegalStateException("answered " + code + ": " + body);
        }
    }

    Answer ask(String method, String target, String contentType, String body) {
        byte[] request = HttpConnection.request(method, target, "application/json", contentType, body);
        for (int attempt = 0; ; attempt++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                int code = connection.exchange(request, out::write);
                return new Answer(code, json(out.toByteArray()));
            } catch (IOException e) {
                connection.close();
                connection = open();
                if (attempt > 0) {
                    return new Answer(0, Subject.JSON.getNodeFactory().textNode("no answer: " + e.getMessage()));
                }
            }
        }
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return Subject.JSON.readTree(bytes);
        } catch (IOException e) {
            return Subject.JSON.getNodeFactory().textNode(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /** The object as it would be sent again: with its revision, without what the server keeps about it. */
    ObjectNode fetch(String path) {
        ObjectNode object = ask("GET", path, "application/json", "").object();
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "creationTimestamp", "generation"));
        }
        return object;
    }

    @Override
    public void close() {
        connection.close();
        process.close();
    }
}
