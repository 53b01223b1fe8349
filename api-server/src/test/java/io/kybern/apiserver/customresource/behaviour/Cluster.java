package io.kybern.apiserver.customresource.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.pki.Pki;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A server in this process, and an administrator who sends it plain requests. Each test takes a group of its own. */
final class Cluster implements AutoCloseable {
    static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String JSON_TYPE = "application/json";
    static final String MERGE = "application/merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String APPLY = "application/apply-patch+yaml";
    static final String YAML_TYPE = "application/yaml";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final AtomicInteger groups = new AtomicInteger();
    private final Path tokens;
    private final ApiServer server;

    private Cluster(Path tokens, ApiServer server) {
        this.tokens = tokens;
        this.server = server;
    }

    static Cluster start() {
        try {
            Path tokens = Files.createTempFile("tokens", ".csv");
            Files.writeString(tokens, "admin,admin,1,\"system:masters\"\n");
            return new Cluster(
                    tokens,
                    ApiServer.start(new ApiServerConfig(
                            Optional.empty(),
                            Optional.empty(),
                            Pki.inMemory(InstantSource.system()),
                            Optional.of(tokens),
                            "10.0.0.0/24",
                            "30000-32767",
                            "https://issuer.example",
                            true,
                            Duration.ofMinutes(5))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer; its tree is missing if it is no JSON object. */
    record Answer(int code, JsonNode tree, String text, Headers headers) {
        JsonNode at(String pointer) {
            return tree.at(pointer);
        }

        String message() {
            return tree.path("message").asText();
        }

        String reason() {
            return tree.path("reason").asText();
        }

        /** The tree of an answer that must be good. */
        ObjectNode ok() {
            assertThat(code).as(text).isBetween(200, 201);
            return (ObjectNode) tree;
        }

        /** The message of an answer that must be this refusal. */
        String refused(int expected) {
            assertThat(code).as(text).isEqualTo(expected);
            return message();
        }
    }

    String newGroup() {
        return "g" + groups.incrementAndGet() + ".example.com";
    }

    // ---- trees

    static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- requests

    Answer get(String path) {
        return send("GET", path, "", Map.of());
    }

    Answer get(String path, String accept) {
        return send("GET", path, "", Map.of("Accept", accept));
    }

    Answer create(String path, JsonNode object) {
        return send("POST", path, object.toString(), Map.of("Content-Type", JSON_TYPE));
    }

    Answer create(String path, String yaml) {
        return create(path, yaml(yaml));
    }

    Answer replace(String path, JsonNode object) {
        return send("PUT", path, object.toString(), Map.of("Content-Type", JSON_TYPE));
    }

    Answer patch(String path, String type, String body) {
        return send("PATCH", path, body, Map.of("Content-Type", type));
    }

    Answer apply(String path, String manager, String yaml) {
        return patch(path + "?fieldManager=" + manager, APPLY, yaml);
    }

    Answer delete(String path) {
        return send("DELETE", path, "", Map.of());
    }

    Answer send(String method, String path, String body, Map<String, String> headers) {
        Headers sent = new Headers().add("Authorization", "Bearer admin");
        headers.forEach(sent::add);
        if (!headers.containsKey("Accept")) {
            sent.add("Accept", JSON_TYPE);
        }
        ApiRequest request =
                ApiRequest.of(method, path, sent, Peer.local()).withBody(body.getBytes(StandardCharsets.UTF_8));
        return CompletableFuture.supplyAsync(() -> answer(server.serve(request)), server.executor())
                .join();
    }

    private static Answer answer(ApiResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (response instanceof ApiResponse.Full full) {
            full.body().forEach(out::writeBytes);
        } else if (response instanceof ApiResponse.Chunks chunks) {
            chunks.pieces().forEachRemaining(p -> out.write(p.array(), p.arrayOffset() + p.position(), p.remaining()));
        }
        String text = out.toString(StandardCharsets.UTF_8);
        JsonNode tree = text.startsWith("{") ? json(text) : MissingNode.getInstance();
        return new Answer(response.status(), tree, text, response.headers());
    }

    /** Opens a watch; the path has the query. */
    WatchProbe watch(String path) {
        String query = path.indexOf('?') < 0 ? "?watch=true" : "&watch=true";
        Headers sent = new Headers().add("Authorization", "Bearer admin").add("Accept", JSON_TYPE);
        ApiRequest request = ApiRequest.of("GET", path + query, sent, Peer.local());
        ApiResponse response = CompletableFuture.supplyAsync(() -> server.serve(request), server.executor())
                .join();
        if (response instanceof ApiResponse.Stream stream) {
            WatchProbe probe = new WatchProbe();
            probe.execute(() -> stream.source().start(probe));
            return probe;
        }
        throw new AssertionError("no watch but " + answer(response));
    }

    // ---- definitions

    /** Defines a kind and waits until it is served. */
    ObjectNode define(JsonNode definition) {
        create(DEFINITIONS, definition).ok();
        return established(definition.at("/metadata/name").asText());
    }

    ObjectNode established(String name) {
        return (ObjectNode) await(
                DEFINITIONS + "/" + name, tree -> condition(tree, "Established").equals("True"));
    }

    /** The status of a condition; empty if there is none. */
    static String condition(JsonNode object, String type) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }

    /** Changes a definition, again after each conflict. */
    Answer redefine(String name, java.util.function.Consumer<ObjectNode> change) {
        while (true) {
            ObjectNode now = get(DEFINITIONS + "/" + name).ok();
            change.accept(now);
            Answer answer = replace(DEFINITIONS + "/" + name, now);
            if (answer.code() != 409) {
                return answer;
            }
        }
    }

    JsonNode await(String path, Predicate<JsonNode> condition) {
        return eventually(() -> get(path), answer -> condition.test(answer.tree()))
                .tree();
    }

    /** Asks until the answer is right. */
    static <T> T eventually(java.util.function.Supplier<T> question, Predicate<T> right) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        T last = question.get();
        while (!right.test(last)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still " + last);
            }
            LockSupport.parkNanos(5_000_000);
            last = question.get();
        }
        return last;
    }

    @Override
    public void close() {
        server.close();
        try {
            Files.deleteIfExists(tokens);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
