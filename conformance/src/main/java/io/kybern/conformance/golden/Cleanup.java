package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Deletes the cluster-scoped leftovers that a scenario names, and its namespaces, on a server without controllers. */
final class Cleanup {
    private static final String NAMESPACES = "/api/v1/namespaces/";
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(100);
    private static final int POLLS = 30;

    private final Client client;
    private final Variables variables;
    private final String token;

    Cleanup(Client client, Variables variables, String token) {
        this.client = client;
        this.variables = variables;
        this.token = token;
    }

    /** @param paths of the leftovers */
    void run(String namespace, JsonNode paths) {
        try {
            for (JsonNode path : paths) {
                remove(path.asText());
            }
            for (String name : List.of(namespace, namespace + "-b")) {
                String path = NAMESPACES + name;
                if (call("GET", path).code() == 200) {
                    call("DELETE", path);
                    finish(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't clean up", e);
        }
    }

    private void remove(String path) throws IOException {
        Optional<JsonNode> object = get(path);
        if (object.isEmpty()) {
            return;
        }
        if (!object.get().path("metadata").path("finalizers").isEmpty()) {
            ObjectNode none = Json.NODES.objectNode();
            none.putObject("metadata").putNull("finalizers");
            ObjectNode patch = step("PATCH", path, none);
            client.call(StepRequest.of(patch.put("contentType", "application/merge-patch+json"), variables, token));
        }
        ObjectNode options = Json.NODES.objectNode();
        options.put("gracePeriodSeconds", 0).put("propagationPolicy", "Background");
        client.call(StepRequest.of(step("DELETE", path, options), variables, token));
        if (path.startsWith(NAMESPACES) && path.indexOf('/', NAMESPACES.length()) < 0) {
            finish(path);
        }
        for (int i = 0; i < POLLS && call("GET", path).code() != 404; i++) {
            TopicReplay.pause(BETWEEN_POLLS);
        }
    }

    /** Nobody else removes a namespace. */
    private void finish(String path) throws IOException {
        Optional<JsonNode> namespace = get(path);
        if (namespace.isPresent() && namespace.get() instanceof ObjectNode object) {
            object.putObject("spec").putArray("finalizers");
            client.call(StepRequest.of(step("PUT", path + "/finalize", object), variables, token));
        }
    }

    private Optional<JsonNode> get(String path) throws IOException {
        Answer answer = call("GET", path);
        return answer.code() == 200 ? Json.parse(new String(answer.body(), StandardCharsets.UTF_8)) : Optional.empty();
    }

    private Answer call(String method, String path) throws IOException {
        ObjectNode step = Json.NODES.objectNode().put("method", method).put("path", path);
        return client.call(StepRequest.of(step, variables, token));
    }

    private static ObjectNode step(String method, String path, JsonNode body) {
        ObjectNode step = Json.NODES.objectNode().put("method", method).put("path", path);
        step.set("body", body);
        return step;
    }
}
