package io.kybern.apiserver.shutdown;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.health.HealthCheck;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.etcd.Etcd;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that share an etcd are restarted one after the other while clients work through a balancer. */
class RollingRestartTest {
    private static final Duration HISTORY = Duration.ofMinutes(5);
    private static final Duration DELAY = Duration.ofMillis(500);
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int WRITERS = 4;

    @TempDir
    private Path directory;

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final Map<Integer, ApiServer> servers = new ConcurrentHashMap<>();
    private Etcd etcd;
    private Balancer balancer;
    private volatile boolean over;

    @BeforeEach
    void start() throws Exception {
        etcd = Etcd.start(directory);
        Files.writeString(directory.resolve("tokens"), "admin,admin,1,\"system:masters\"\n");
        balancer = new Balancer(this::isReady);
        startServer();
        startServer();
    }

    private ApiServer startServer() {
        ApiServer server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", 0)),
                pki,
                Optional.of(directory.resolve("tokens")),
                "10.0.0.0/24",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                HISTORY,
                Optional.of(EtcdOptions.of(List.of(etcd.endpoint()), HISTORY)),
                Optional.empty(),
                DELAY));
        servers.put(server.uri().getPort(), server);
        balancer.add(server.uri().getPort());
        return server;
    }

    private boolean isReady(int port) {
        ApiServer server = servers.get(port);
        return server != null && server.problems(HealthCheck.Probe.READYZ).isEmpty();
    }

    @AfterEach
    void stop() {
        over = true;
        servers.values().forEach(ApiServer::close);
        if (balancer != null) {
            balancer.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    private void restartAll() {
        for (int port : List.copyOf(servers.keySet())) {
            startServer();
            servers.get(port).close();
            servers.remove(port);
            balancer.remove(port);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void noRequestFails(HttpClient.Version version) throws Exception {
        RetryingClient client = new RetryingClient(pki, balancer.port(), version);
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger done = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            writers.add(Thread.ofVirtual().start(() -> write(client, writer, failures, done)));
        }
        restartAll();
        restartAll();
        over = true;
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(failures).isEmpty();
        assertThat(done.get()).isGreaterThan(4 * WRITERS);
        HttpResponse<String> all = client.send("GET", MAPS, "");
        List<String> names = new ArrayList<>();
        new ObjectMapper()
                .readTree(all.body())
                .path("items")
                .forEach(item -> names.add(item.path("metadata").path("name").asText()));
        assertThat(names).hasSize(done.get());
    }

    private void write(RetryingClient client, int writer, Queue<String> failures, AtomicInteger done) {
        for (int i = 0; !over; i++) {
            String name = "map-" + writer + "-" + i;
            try {
                HttpResponse<String> made =
                        client.send("POST", MAPS, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"k\":\"v\"}}");
                HttpResponse<String> read = client.send("GET", MAPS + "/" + name, "");
                if (made.statusCode() != 201 || read.statusCode() != 200) {
                    failures.add(name + ": " + made.statusCode() + ", " + read.statusCode() + " " + made.body());
                }
                done.incrementAndGet();
            } catch (Exception e) {
                failures.add(String.valueOf(e.getMessage()));
                return;
            }
        }
    }

    @Test
    void aWatchTellsWhatThereIsAndEndsInGoodOrder() throws Exception {
        int port = servers.keySet().iterator().next();
        RetryingClient client = new RetryingClient(pki, port, HttpClient.Version.HTTP_2);
        HttpResponse<java.io.InputStream> watch =
                client.open(MAPS + "?watch=true&resourceVersion=0&fieldSelector=metadata.name=a");
        client.send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}");
        servers.get(port).close();
        servers.remove(port);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("{\"type\":\"ADDED\"").contains("\"name\":\"a\"");
            assertThat(lines.readLine())
                    .as("the end of the body, not of the connection")
                    .isNull();
        }
    }

    @Test
    void aServerIsUnreadyBeforeItRefuses() throws Exception {
        int port = servers.keySet().iterator().next();
        ApiServer server = servers.get(port);
        RetryingClient client = new RetryingClient(pki, port, HttpClient.Version.HTTP_2);
        server.announceClosing();
        assertThat(client.send("GET", "/readyz", "").statusCode()).isEqualTo(500);
        assertThat(client.send("GET", "/livez", "").statusCode()).isEqualTo(200);
        assertThat(client.send("POST", MAPS, "{\"metadata\":{\"name\":\"late\"}}")
                        .statusCode())
                .isEqualTo(201);
    }
}
