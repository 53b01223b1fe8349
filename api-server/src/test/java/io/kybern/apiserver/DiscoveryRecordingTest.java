package io.kybern.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.pki.Pki;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is no resource, against what a real server answered: the recorded topic {@code discovery}. */
class DiscoveryRecordingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Tells of queues, which this server does not have. */
    private static final Set<String> NOT_SERVED = Set.of("flow control dump");

    private static final Set<String> PRESENT_ONLY = Set.of(
            "audit-id", "etag", "last-modified", "x-kubernetes-pf-flowschema-uid", "x-kubernetes-pf-prioritylevel-uid");

    private static ApiServer server;
    private final Map<String, String> captured = new HashMap<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path tokens = Files.writeString(directory.resolve("tokens.csv"), "t,admin,admin,system:masters\n");
        server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.empty(),
                Pki.inMemory(InstantSource.system()),
                Optional.of(tokens),
                "10.0.0.0/24",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                Duration.ofMinutes(5)));
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> steps() throws IOException {
        Map<String, JsonNode> recorded = new LinkedHashMap<>();
        read("recorded").forEach(step -> recorded.put(step.path("name").asText(), step));
        return StreamSupport.stream(read("scenarios").spliterator(), false)
                .filter(step -> !NOT_SERVED.contains(step.path("name").asText()))
                .map(step -> DynamicTest.dynamicTest(
                        step.path("name").asText(),
                        () -> replay(step, recorded.get(step.path("name").asText()))));
    }

    private static JsonNode read(String kind) throws IOException {
        try (InputStream in = DiscoveryRecordingTest.class.getResourceAsStream("/golden/" + kind + "/discovery.json")) {
            return JSON.readTree(in).path("steps");
        }
    }

    private void replay(JsonNode step, JsonNode want) throws Exception {
        ApiResponse.Full got = (ApiResponse.Full) send(step);
        step.path("capture")
                .properties()
                .forEach(e ->
                        captured.put(e.getKey(), got.headers().first("ETag").orElseThrow()));
        assertThat(got.status()).isEqualTo(want.path("code").asInt());
        String normalise = step.path("normalise").asText("");
        if (normalise.equals("codeOnly")) {
            return;
        }
        assertHeaders(got.headers(), want.path("headers"));
        if (want.has("body") && !normalise.equals("none")) {
            assertThat(body(got, normalise, step.path("mask"))).isEqualTo(want.get("body"));
        }
    }

    private ApiResponse send(JsonNode step) throws Exception {
        Headers headers = new Headers().add("Authorization", "Bearer t");
        step.path("headers")
                .properties()
                .forEach(e -> headers.add(e.getKey(), expanded(e.getValue().asText())));
        if (headers.first("Accept").isEmpty()) {
            headers.add("Accept", "application/json");
        }
        JsonNode as = step.path("as");
        if (as.has("user")) {
            headers.add("Impersonate-User", as.path("user").asText());
            as.path("groups").forEach(group -> headers.add("Impersonate-Group", group.asText()));
        }
        ApiRequest request =
                ApiRequest.of(step.path("method").asText(), step.path("path").asText(), headers, Peer.local());
        return CompletableFuture.supplyAsync(() -> server.serve(request), server.executor())
                .get(30, TimeUnit.SECONDS);
    }

    private String expanded(String text) {
        String out = text;
        for (Map.Entry<String, String> variable : captured.entrySet()) {
            out = out.replace("${" + variable.getKey() + "}", variable.getValue());
        }
        return out;
    }

    private static void assertHeaders(Headers got, JsonNode want) {
        want.properties().forEach(e -> {
            String value = String.join(", ", got.all(e.getKey()));
            if (PRESENT_ONLY.contains(e.getKey())) {
                assertThat(value).as(e.getKey()).isNotEmpty();
            } else {
                assertThat(value).as(e.getKey()).isEqualTo(e.getValue().asText());
            }
        });
    }

    private static JsonNode body(ApiResponse.Full response, String normalise, JsonNode masks) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : response.body()) {
            all.write(piece);
        }
        String text = all.toString(StandardCharsets.UTF_8);
        if (text.startsWith("k8s\0")) {
            return protobuf(all.toByteArray());
        }
        if (!text.startsWith("{")) {
            return JsonNodeFactory.instance.textNode(text);
        }
        ObjectNode tree = (ObjectNode) JSON.readTree(text.replaceAll("hash=[0-9A-F]+", "hash=<hash>"));
        if (normalise.equals("keys")) {
            ArrayNode keys = JsonNodeFactory.instance.arrayNode();
            Set<String> sorted = new TreeSet<>();
            tree.fieldNames().forEachRemaining(sorted::add);
            sorted.forEach(keys::add);
            return keys;
        }
        if (normalise.equals("shape")) {
            return shape(tree);
        }
        masks.forEach(path -> mask(tree, path.asText()));
        String masked = JSON.writeValueAsString(tree).replace("kybern.local:443", "<server>");
        return JSON.readTree(masked);
    }

    private static void mask(JsonNode tree, String path) {
        JsonNode at = tree;
        String[] names = path.split("\\.");
        for (int i = 0; i < names.length - 1; i++) {
            at = at instanceof ArrayNode ? at.get(Integer.parseInt(names[i])) : at.path(names[i]);
        }
        ((ObjectNode) at).put(names[names.length - 1], "<masked>");
    }

    private static JsonNode shape(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode out = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(e -> out.set(e.getKey(), shape(e.getValue())));
            return out;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> out.add(shape(item)));
            return out;
        }
        return JsonNodeFactory.instance.textNode("<str>");
    }

    /** The envelope, as recordings show it: type, and the numbers of the object's fields. */
    private static JsonNode protobuf(byte[] bytes) throws IOException {
        Fields envelope = Fields.read(bytes, 4, bytes.length);
        Fields type = Fields.read(envelope.values.get(1), 0, envelope.values.get(1).length);
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        ObjectNode found = out.putObject("<protobuf>");
        found.put("apiVersion", new String(type.values.getOrDefault(1, new byte[0]), StandardCharsets.UTF_8));
        found.put("kind", new String(type.values.getOrDefault(2, new byte[0]), StandardCharsets.UTF_8));
        found.put("magic", "6b387300");
        ArrayNode raw = found.putArray("rawFields");
        byte[] object = envelope.values.get(2);
        Fields.read(object, 0, object.length).values.keySet().forEach(raw::add);
        found.put("rawPresent", true);
        return out;
    }

    /** The length-delimited fields of a message; there are no others in these. */
    private record Fields(Map<Integer, byte[]> values) {
        static Fields read(byte[] bytes, int from, int to) {
            Map<Integer, byte[]> out = new java.util.TreeMap<>();
            int at = from;
            while (at < to) {
                int number = bytes[at++] >> 3;
                int length = 0;
                int shift = 0;
                while (true) {
                    int b = bytes[at++];
                    length |= (b & 0x7f) << shift;
                    shift += 7;
                    if (b >= 0) {
                        break;
                    }
                }
                out.put(number, java.util.Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
            return new Fields(out);
        }
    }
}
