package io.kybern.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.pod.Pods;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.simulated.PodAddresses;
import io.kybern.node.runtime.simulated.SimulatedPreparation;
import io.kybern.node.runtime.simulated.SimulatedRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's API over a simulated pod. */
class NodeServerTest {
    private final Pod pod = Pods.pod("Always", "main");
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final SimulatedRuntime runtime =
            new SimulatedRuntime(new PodAddresses("10.1.0.0/16"), timers, InstantSource.system());
    private final NodeServer server = new NodeServer(ServerConfig.loopback(), new OnePod(), runtime);

    private final class OnePod implements PodLookup {
        @Override
        public Collection<Pod> pods() {
            return List.of(pod);
        }

        @Override
        public Optional<Pod> find(String namespace, String name) {
            return namespace.equals("ns") && name.equals("p") ? Optional.of(pod) : Optional.empty();
        }
    }

    @AfterEach
    void stop() {
        server.close();
        timers.shutdownNow();
    }

    private String startContainer() {
        var preparation = new SimulatedPreparation();
        var sandbox = preparation.sandbox(pod, 0);
        var container = PodContainers.main(pod).getFirst();
        runtime.startSandbox(sandbox);
        String id = runtime.createContainer(
                sandbox,
                preparation.container(pod, container, 0, preparation.image(pod, container, sandbox), PodState.NOTHING));
        runtime.startContainer(id);
        return id;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void logsOfASimulatedContainerSaySo() throws Exception {
        startContainer();
        var answer = get("/containerLogs/ns/p/main?tailLines=2");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("This container is simulated by Kybern")
                .hasLineCount(2);
        assertThat(get("/containerLogs/ns/p/main?limitBytes=4").body()).isEqualTo("This");
    }

    @Test
    void refusalsAreSentences() throws Exception {
        assertThat(get("/containerLogs/ns/other/main").body()).isEqualTo("pod \"other\" not found");
        assertThat(get("/containerLogs/ns/p/other").statusCode()).isEqualTo(404);
        var waiting = get("/containerLogs/ns/p/main");
        assertThat(waiting.statusCode()).isEqualTo(400);
        assertThat(waiting.body()).isEqualTo("container \"main\" in pod \"p\" is waiting to start: ContainerCreating");
        startContainer();
        assertThat(get("/containerLogs/ns/p/main?tailLines=many").statusCode()).isEqualTo(400);
        assertThat(get("/exec/ns/p/main").statusCode()).isEqualTo(400);
        assertThat(get("/exec/ns/p/main?command=ls").body())
                .isEqualTo("you must specify at least 1 of stdin, stdout, stderr");
        assertThat(get("/exec/ns/p/main?command=ls&output=1").body()).isEqualTo("Upgrade request required");
    }

    @Test
    void healthAndPods() throws Exception {
        assertThat(get("/healthz").body()).isEqualTo("ok");
        assertThat(get("/pods").body()).contains("\"kind\":\"PodList\"").contains("\"name\":\"p\"");
    }

    private Frames open(String path, String... protocols) {
        return Frames.open("ws://127.0.0.1:" + server.port() + path, protocols);
    }

    @Test
    void theNewestProtocolOfferedIsSpoken() throws Exception {
        startContainer();
        Frames newest = open("/exec/ns/p/main?command=ls&error=1", "v5.channel.k8s.io", "v4.channel.k8s.io");
        assertThat(newest.protocol()).isEqualTo("v5.channel.k8s.io");
        assertThat(newest.awaitClose()).isEqualTo(1000);
        assertThat(newest.on(2)).contains("ls: not found: this container is simulated");
        assertThat(newest.on(3)).contains("NonZeroExitCode").contains("\"message\":\"127\"");
        assertThat(open("/exec/ns/p/main?command=true&output=1", "v4.channel.k8s.io")
                        .protocol())
                .isEqualTo("v4.channel.k8s.io");
    }

    @Test
    void inputEndsWhenTheClientSaysSo() throws Exception {
        startContainer();
        Frames cat = open("/exec/ns/p/main?command=cat&input=1&output=1", "v5.channel.k8s.io");
        cat.send(0, "to the ");
        cat.send(0, "end");
        cat.send(255, "\0");
        assertThat(cat.awaitClose()).isEqualTo(1000);
        assertThat(cat.on(1)).isEqualTo("to the end");
        assertThat(cat.on(3)).contains("Success");
    }

    @Test
    void messagesMayBeTextAndInPieces() throws Exception {
        startContainer();
        Frames cat = open("/exec/ns/p/main?command=cat&input=1&output=1", "v5.channel.k8s.io");
        cat.sendText(0, "to the ", "very ", "end");
        cat.send(255, "\0");
        assertThat(cat.awaitClose()).isEqualTo(1000);
        assertThat(cat.on(1)).isEqualTo("to the very end");
    }

    @Test
    void aTerminalEchoesAndKnowsItsSize() throws Exception {
        startContainer();
        Frames shell = open("/exec/ns/p/main?command=sh&input=1&output=1&tty=1", "v5.channel.k8s.io");
        shell.send(4, "{\"Width\":97,\"Height\":31}");
        shell.send(0, "stty size\r");
        shell.awaitOn(1, "31 97\r\n# "); // what is typed before is echoed amid the output, as by any terminal
        shell.send(0, "exit 9\r");
        assertThat(shell.awaitClose()).isEqualTo(1000);
        assertThat(shell.on(1)).contains("stty size\r\n").contains("31 97\r\n").contains("exit 9\r\n");
        assertThat(shell.on(3)).contains("\"message\":\"9\"");
    }

    @Test
    void whoIsAttachedHearsAnEchoUntilTheContainerEnds() throws Exception {
        String id = startContainer();
        Frames attached = open("/attach/ns/p/main?input=1&output=1", "v5.channel.k8s.io");
        attached.send(0, "hello");
        attached.awaitOn(1, "hello");
        runtime.stopContainer(id, Duration.ZERO);
        assertThat(attached.awaitClose()).isEqualTo(1000);
        assertThat(attached.on(3)).contains("Success");
    }

    @Test
    void aFollowedLogEndsWithItsContainer() throws Exception {
        String id = startContainer();
        var answer = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()
                                        + "/containerLogs/ns/p/main?follow=true&tailLines=1"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .get(20, TimeUnit.SECONDS);
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).endsWith("to run until it is stopped.");
            runtime.stopContainer(id, Duration.ZERO);
            assertThat(lines.readLine()).isEqualTo("It ended with exit code 0.");
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void aFollowedLogIsAnsweredBeforeItsFirstLine() throws Exception {
        startContainer();
        var answer = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()
                                        + "/containerLogs/ns/p/main?follow=true&tailLines=0"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .get(20, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        answer.body().close();
    }

    @Test
    void withTlsOnlyWhoHasACertificateMayCall(@TempDir Path directory) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/openssl")),
                "openssl makes the certificates, and is not installed");
        Path certificate = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        new ProcessBuilder(
                        ("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
                                        + " -keyout " + key + " -out " + certificate)
                                .split(" "))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start()
                .waitFor();
        var config = new ServerConfig("127.0.0.1", 0, Optional.of(new ServerConfig.Tls(certificate, key, certificate)));
        try (var secured = new NodeServer(config, new OnePod(), runtime)) {
            var trusting = new HttpClientOptions()
                    .setSsl(true)
                    .setPemTrustOptions(new PemTrustOptions().addCertPath(certificate.toString()));
            assertThatThrownBy(() -> health(trusting, secured.port())).isNotNull();
            var known = new HttpClientOptions(trusting)
                    .setPemKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(certificate.toString())
                            .addKeyPath(key.toString()));
            assertThat(health(known, secured.port())).isEqualTo("ok");
        }
    }

    private static String health(HttpClientOptions options, int port) {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createHttpClient(options)
                    .request(HttpMethod.GET, port, "127.0.0.1", "/healthz")
                    .compose(request -> request.send())
                    .compose(response -> response.body())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .toString();
        } finally {
            vertx.close();
        }
    }

    @Test
    void withoutTlsItListensOnLoopbackOnly() {
        assertThatThrownBy(() -> new ServerConfig("192.0.2.1", 0, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback only");
    }
}
