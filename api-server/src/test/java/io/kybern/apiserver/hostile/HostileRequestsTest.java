package io.kybern.apiserver.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.hostile.RawConnection.Answer;
import io.kybern.apiserver.hostile.Samples.Sample;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.wire.RandomObjects;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a client sends, it gets an answer: no 500 but those that the original answers with, no trace of the code, no silence, no
 * lost connection; an error is a Status. And the server goes on.
 */
@Tag("fuzz")
class HostileRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long MOST_MEMORY = 600L << 20;
    private static final List<Sample> SAMPLES = Samples.all();
    /** What the original answers with 500, too. */
    private static final Pattern OWN_FAULT = Pattern.compile(
            "failed to create (manager for existing fields|typed (patch|live) object).*|resourceVersion should not be set on objects to be created"
                    + "|.*invalid resource version.*|.*strconv.ParseUint: .*"
                    + "|unknown patch type: .*|cannot merge lists without merge key.*|merging lists cannot yet be .*|The order in patch list:.*"
                    + "|list element types are not identical.*|expected a .*, but received a .*|unable to find api field .*"
                    + "|map: .* does not contain declared merge key: .*|failed to convert new object .*|.*target[.](name|kind): .*",
            Pattern.DOTALL);

    private static final String THINGS = "/apis/fuzz.example.com/v1/namespaces/fuzz/things";

    @TempDir
    private static Path directory;

    private static ApiServer server;
    private static RawConnection connection;

    @BeforeAll
    static void start() throws IOException {
        Path tokens = Files.writeString(directory.resolve("tokens"), "secret,admin,admin,system:masters\n");
        server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", 0)),
                Pki.inMemory(InstantSource.system()),
                Optional.of(tokens),
                "10.0.0.0/24",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                Duration.ofMinutes(5)));
        connection = new RawConnection(server.uri(), PATIENCE);
        create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"fuzz\"}}");
        create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION);
        for (int i = 0; i < 5; i++) {
            create(
                    "/api/v1/namespaces/fuzz/configmaps",
                    "{\"metadata\":{\"name\":\"c" + i + "\",\"labels\":{\"a\":\"b\"}},\"data\":{\"a\":\"b\"}}");
        }
    }

    private static final String DEFINITION = """
            {"metadata":{"name":"things.fuzz.example.com"},"spec":{"group":"fuzz.example.com","scope":"Namespaced",
            "names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,
            "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
            "additionalPrinterColumns":[{"name":"A","type":"string","jsonPath":".spec.name"},{"name":"D","type":"date",
            "jsonPath":".spec.data.a"},{"name":"I","type":"integer","jsonPath":".spec.replicas"}],
            "schema":{"openAPIV3Schema":{"type":"object","properties":{"status":{"type":"object",
            "x-kubernetes-preserve-unknown-fields":true},"spec":{"type":"object","x-kubernetes-validations":[
            {"rule":"!has(self.name) || self.name != 'forbidden'"},{"rule":"self.containers.all(c, c.a < 5)","message":"no"}],
            "properties":{"name":{"type":"string","default":"x","pattern":"^[a-z]*$"},"replicas":{"type":"integer","minimum":0},
            "type":{"x-kubernetes-int-or-string":true},"data":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "labels":{"type":"object","additionalProperties":{"type":"number","nullable":true}},"items":{"type":"array",
            "x-kubernetes-list-type":"set","items":{"type":"string"}},"template":{"type":"object","x-kubernetes-embedded-resource":true,
            "x-kubernetes-preserve-unknown-fields":true},"containers":{"type":"array","x-kubernetes-list-type":"map",
            "x-kubernetes-list-map-keys":["name"],"maxItems":10,"default":[],"items":{"type":"object","required":["name"],"properties":{
            "name":{"type":"string","maxLength":10},"a":{"type":"integer","default":1}}}}}}}}}}]}}""";

    private static void create(String path, String body) throws IOException {
        Answer answer = connection.exchange(
                "POST",
                path.getBytes(StandardCharsets.UTF_8),
                admin("application/json"),
                body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    @AfterAll
    static void isAsGoodAsBefore() throws IOException {
        try (ApiServer closed = server;
                RawConnection last = connection) {
            Answer ready = last.exchange("GET", "/readyz".getBytes(StandardCharsets.UTF_8), admin(""), new byte[0]);
            assertThat(ready.text()).isEqualTo("ok");
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            assertThat(runtime.totalMemory() - runtime.freeMemory()).isLessThan(MOST_MEMORY);
        }
    }

    private static List<String> admin(String contentType) {
        List<String> headers = RawConnection.headers("Authorization: Bearer secret", "User-Agent: fuzz/1");
        if (!contentType.isEmpty()) {
            headers.add("Content-Type: " + contentType);
        }
        return headers;
    }

    // ---- the laws

    @Test
    void anyTarget() {
        Fuzz.check(400, source -> {
            String method = source.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "X");
            List<String> headers =
                    admin(source.of("", "application/json", "text/plain", "application/merge-patch+json"));
            headers.add("Accept: " + RequestParts.accept(source));
            send(
                    source,
                    method,
                    RequestParts.target(source),
                    headers,
                    source.of(new byte[0], "{}".getBytes(StandardCharsets.UTF_8)));
        });
    }

    @Test
    void anyListing() {
        Fuzz.check(400, source -> {
            Sample sample = source.of(SAMPLES);
            String path =
                    source.of(RequestParts.collection(sample.path()), sample.path(), THINGS, "/api/v1/configmaps");
            List<String> headers = admin("");
            headers.add("Accept: " + RequestParts.accept(source));
            send(
                    source,
                    "GET",
                    (path + RequestParts.query(source)).getBytes(StandardCharsets.UTF_8),
                    headers,
                    new byte[0]);
        });
    }

    @Test
    void anyObject() {
        Fuzz.check(700, source -> {
            Sample sample = source.of(SAMPLES);
            ObjectNode body = Documents.mutated(source, sample.body(), RequestParts.names(source, sample.body()));
            write(source, sample.method(), sample.path(), sample.contentType(), body);
        });
    }

    @Test
    void anyTypedObject() {
        Fuzz.check(500, source -> {
            Sample sample = source.of(SAMPLES);
            GroupVersionKind kind = GroupVersionKind.of(
                    sample.body().path("apiVersion").asText("v1"),
                    sample.body().path("kind").asText("ConfigMap"));
            if (!RandomObjects.builtinKinds().contains(kind)) {
                return;
            }
            ObjectNode body = RandomObjects.canonical(source, kind);
            if (!source.onceIn(5)) {
                body.set("metadata", sample.body().path("metadata").deepCopy());
            }
            write(source, sample.method(), sample.path(), "application/json", body);
        });
    }

    @Test
    void anyCustomObject() {
        Fuzz.check(500, source -> {
            ObjectNode body = Samples.JSON
                    .createObjectNode()
                    .put("apiVersion", "fuzz.example.com/v1")
                    .put("kind", "Thing");
            body.putObject("metadata").put("name", source.of("t", "u"));
            ObjectNode spec = body.putObject("spec");
            spec.putArray("containers").addObject().put("name", "x").put("a", 2);
            spec.put("name", "y")
                    .put("replicas", 1)
                    .putObject("template")
                    .put("kind", "A")
                    .put("apiVersion", "b");
            ObjectNode mutated = source.onceIn(5) ? body : Documents.mutated(source, body, RequestParts.NAMES);
            write(source, "POST", THINGS, "application/json", mutated);
        });
    }

    @Test
    void anyPatch() {
        Fuzz.check(500, source -> {
            Sample sample = source.of(SAMPLES);
            String path = source.of(
                    "/api/v1/namespaces/fuzz/configmaps/c1",
                    "/apis/fuzz.example.com/v1/namespaces/fuzz/things/t",
                    "/api/v1/namespaces/fuzz",
                    RequestParts.item(sample));
            String type = source.of(
                    "application/merge-patch+json",
                    "application/json-patch+json",
                    "application/strategic-merge-patch+json",
                    "application/apply-patch+yaml");
            JsonNode patch = source.onceIn(2)
                    ? Documents.object(source, RequestParts.NAMES, 4)
                    : Documents.mutated(source, sample.body(), RequestParts.names(source, sample.body()));
            byte[] body = (type.contains("json-patch") ? RequestParts.operations(source, sample.body()) : patch)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            if (source.onceIn(6)) {
                body = source.mutated(body);
            }
            String query = source.of("?fieldManager=x", "?fieldManager=x&force=true", "?dryRun=All", "");
            send(
                    source,
                    "PATCH",
                    (path + source.of("", "", "/status", "/scale") + query).getBytes(StandardCharsets.UTF_8),
                    admin(type),
                    body);
        });
    }

    @Test
    void anyBytes() {
        Fuzz.check(400, source -> {
            Sample sample = source.onceIn(4)
                    ? new Sample(
                            "POST",
                            THINGS,
                            "application/json",
                            Samples.JSON
                                    .createObjectNode()
                                    .put("kind", "Thing")
                                    .put("apiVersion", "fuzz.example.com/v1"))
                    : source.of(SAMPLES);
            String type = source.of(
                    "application/json",
                    "application/yaml",
                    "application/vnd.kubernetes.protobuf",
                    sample.contentType());
            send(
                    source,
                    sample.method(),
                    (sample.path() + source.of("", "?fieldValidation=Strict", "?dryRun=All"))
                            .getBytes(StandardCharsets.UTF_8),
                    admin(type),
                    RequestParts.bytes(source, type, sample));
        });
    }

    // ---- sending and judging

    private static void write(Source source, String method, String path, String contentType, ObjectNode body)
            throws IOException {
        boolean patch = contentType.contains("patch");
        String verb = patch ? method : source.of(method, method, "PUT", "DELETE");
        boolean post = verb.equals("POST");
        String target = post || !method.equals("POST")
                ? path
                : path + "/"
                        + Base64.getUrlEncoder().withoutPadding().encodeToString("x".getBytes(StandardCharsets.UTF_8));
        if (!post && method.equals("POST") && body.path("metadata").path("name").isTextual()) {
            target = path + "/" + body.path("metadata").path("name").asText().replaceAll("[^a-zA-Z0-9.-]", "");
        }
        String query = source.of(
                "",
                "?dryRun=All",
                "?fieldValidation=Strict",
                "?dryRun=All&fieldValidation=Ignore",
                "?fieldManager=" + "m".repeat(130));
        List<String> headers = admin(contentType);
        headers.add("Accept: " + RequestParts.accept(source));
        send(
                source,
                verb,
                (target + query).getBytes(StandardCharsets.UTF_8),
                headers,
                body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(Source source, String method, byte[] target, List<String> headers, byte[] body)
            throws IOException {
        source.note("request", method + " " + new String(target, StandardCharsets.UTF_8));
        source.note("headers", headers);
        source.note(
                "body",
                body.length > 4000
                        ? body.length + " bytes, beginning " + new String(body, 0, 500, StandardCharsets.UTF_8)
                        : new String(body, StandardCharsets.UTF_8));
        Answer answer = connection.exchange(method, target, headers, body);
        judge(method, answer);
    }

    private static void judge(String method, Answer answer) throws IOException {
        String text = answer.text();
        assertThat(text).doesNotContain("at io.kybern", "Exception", "java.lang", "the server failed to answer");
        if (answer.code() < 400 || method.equals("HEAD")) {
            return;
        }
        String type = answer.header("content-type");
        if (type.startsWith("application/json")) {
            JsonNode status = Samples.JSON.readTree(answer.body());
            assertThat(status.path("kind").asText()).as(text).isEqualTo("Status");
            assertThat(status.path("apiVersion").asText()).isEqualTo("v1");
            assertThat(status.path("status").asText()).isEqualTo("Failure");
            assertThat(status.path("code").asInt()).isEqualTo(answer.code());
            assertThat(status.path("message").asText()).isNotBlank();
            if (answer.code() == 500) {
                assertThat(status.path("message").asText()).matches(OWN_FAULT);
            }
        } else if (!type.isEmpty()) {
            assertThat(type).matches("(text/plain|application/(yaml|vnd.kubernetes.protobuf)).*");
        }
    }
}
