package io.kybern.apiserver.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in this process in front of another one behind real TLS. */
class AggregationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = "/apis/metrics.example.com/v1";
    private static final String API_SERVICE = "/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.example.com";

    @TempDir
    private Path directory;

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final AtomicReference<com.sun.net.httpserver.Headers> seen = new AtomicReference<>();
    private ApiServer server;
    private HttpsServer remote;

    private record Answer(int status, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new IllegalStateException(body, e);
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        Path tokens = Files.writeString(
                directory.resolve("tokens"), "admin,admin,1,\"system:masters\"\njane,jane,2,\"people\"\n");
        server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.empty(),
                Pki.inMemory(InstantSource.system()),
                Optional.of(tokens),
                "10.0.0.0/24",
                "30000-32767",
                "https://issuer.example",
                true,
                Duration.ofMinutes(5)));
        remote = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Credential own = pki.serving(List.of("remote.default.svc"));
        remote.setHttpsConfigurator(new HttpsConfigurator(TestTls.serving(own.certificate(), own.key())));
        remote.createContext("/", exchange -> {
            if (!exchange.getRequestURI().getPath().equals(GROUP)) { // else the server looks whether it is there
                seen.set(exchange.getRequestHeaders());
            }
            byte[] body = ("{\"path\":\"" + exchange.getRequestURI() + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        remote.start();
        register();
    }

    private void register() {
        String bundle = Base64.getEncoder()
                .encodeToString(pki.authority().certificatePem().getBytes(StandardCharsets.US_ASCII));
        send(
                "admin",
                "POST",
                "/api/v1/namespaces/default/services",
                "{\"metadata\":{\"name\":\"remote\"},\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"localhost\"}}");
        send(
                "admin",
                "POST",
                "/apis/apiregistration.k8s.io/v1/apiservices",
                "{\"metadata\":{\"name\":\"v1.metrics.example.com\"},\"spec\":{\"group\":\"metrics.example.com\","
                        + "\"version\":\"v1\",\"groupPriorityMinimum\":100,\"versionPriority\":10,\"caBundle\":\""
                        + bundle
                        + "\",\"service\":{\"namespace\":\"default\",\"name\":\"remote\",\"port\":"
                        + remote.getAddress().getPort() + "}}}");
    }

    private void available(boolean available) {
        Answer stored = send("admin", "GET", API_SERVICE, "");
        JsonNode object = stored.json();
        ((com.fasterxml.jackson.databind.node.ObjectNode) object)
                .putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", "Available")
                .put("status", available ? "True" : "False")
                .put("lastTransitionTime", "2030-01-01T00:00:00Z");
        assertThat(send("admin", "PUT", API_SERVICE + "/status", object.toString())
                        .status())
                .isEqualTo(200);
    }

    @AfterEach
    void stop() {
        remote.stop(0);
        server.close();
    }

    @Test
    void requestsGoToTheOtherServerAsOfTheUser() {
        available(true);
        Answer answer = send("admin", "GET", GROUP + "/nodes?limit=5", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("path").asText()).isEqualTo(GROUP + "/nodes?limit=5");
        assertThat(seen.get().getFirst("X-Remote-User")).isEqualTo("admin");
        assertThat(seen.get().get("X-Remote-Group")).containsExactly("system:masters", "system:authenticated");
        assertThat(seen.get().containsKey("Authorization")).isFalse();
    }

    @Test
    void whoMayNotIsStoppedHere() {
        available(true);
        assertThat(send("jane", "GET", GROUP + "/nodes", "").status()).isEqualTo(403);
        assertThat(seen.get()).isNull();
    }

    @Test
    void aServerThatIsNotAvailableIsNotAsked() {
        remote.stop(0);
        available(false);
        Answer answer = send("admin", "GET", GROUP + "/nodes", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("service unavailable\n");
    }

    @Test
    void discoveryNamesTheGroup() {
        JsonNode group = send("admin", "GET", "/apis/metrics.example.com", "").json();
        assertThat(group.at("/preferredVersion/groupVersion").asText()).isEqualTo("metrics.example.com/v1");
        send("admin", "DELETE", API_SERVICE, "");
        assertThat(send("admin", "GET", "/apis/metrics.example.com", "").status())
                .isEqualTo(404);
    }

    private Answer send(String token, String method, String path, String body) {
        Headers headers = new Headers().add("Authorization", "Bearer " + token).add("Accept", "application/json");
        ApiRequest request =
                ApiRequest.of(method, path, headers, Peer.local()).withBody(body.getBytes(StandardCharsets.UTF_8));
        return CompletableFuture.supplyAsync(() -> server.serve(request), server.executor())
                .thenCompose(AggregationTest::read)
                .join();
    }

    private static CompletableFuture<Answer> read(ApiResponse response) {
        Collector out = new Collector();
        switch (response) {
            case ApiResponse.Full full -> {
                full.body().forEach(out::write);
                out.end();
            }
            case ApiResponse.Stream stream -> stream.source().start(out);
            default -> throw new IllegalStateException("no body: " + response);
        }
        return out.whole.thenApply(body -> new Answer(response.status(), body));
    }

    /** A client that takes everything. */
    private static final class Collector implements StreamSink {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final CompletableFuture<String> whole = new CompletableFuture<>();

        @Override
        public void write(byte[] bytes) {
            body.writeBytes(bytes);
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public void onDrain(Runnable action) {}

        @Override
        public void onClose(Runnable action) {}

        @Override
        public void execute(Runnable action) {
            action.run();
        }

        @Override
        public void end() {
            whole.complete(body.toString(StandardCharsets.UTF_8));
        }
    }
}
