package io.kybern.conformance.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Asks a server for JSON over a kept connection, which it opens anew when it broke. For one thread at a time. */
public final class JsonClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Address address;
    private HttpConnection connection;

    /** @throws UncheckedIOException if nobody listens there */
    public JsonClient(Address address) {
        this.address = address;
        this.connection = open();
    }

    private HttpConnection open() {
        try {
            return HttpConnection.open(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer; a body that is no JSON is a text. */
    public record Answer(int code, JsonNode body) {
        /** @throws IllegalStateException if it is a refusal */
        public ObjectNode object() {
            if (body instanceof ObjectNode object && code < 300) {
                return object;
            }
            throw new IllegalStateException("answered " + code + ": " + body);
        }
    }

    public Answer get(String target) {
        return ask("GET", target, "");
    }

    public Answer ask(String method, String target, String body) {
        return ask(method, target, "application/json", body);
    }

    /**
     * Asks again if there is no answer.
     *
     * @param contentType of the body, if there is one
     * @return with the code 0 if there is no answer then either
     */
    public Answer ask(String method, String target, String contentType, String body) {
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
                    return new Answer(0, JSON.getNodeFactory().textNode("no answer: " + e.getMessage()));
                }
            }
        }
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            return JSON.getNodeFactory().textNode(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
