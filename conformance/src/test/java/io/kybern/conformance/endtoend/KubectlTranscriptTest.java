package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.conformance.transcript.Exchange;
import io.kybern.conformance.transcript.KubectlProcess;
import io.kybern.conformance.transcript.Outcome;
import io.kybern.conformance.transcript.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * kubectl says here what it says against the original: transcripts in {@code /kubectl}, recorded by {@link
 * io.kybern.conformance.transcript.Recorder} from kube-apiserver and etcd 1.36 alone, by the kubectl of that version. Another
 * version of kubectl has other words of its own, so it is not asked.
 */
class KubectlTranscriptTest {
    private static final String VERSION = "1.36";
    /** In the order in which they were recorded: later ones see what earlier ones left. */
    private static final List<String> TRANSCRIPTS =
            List.of("create", "apply", "change", "workload", "cluster", "access", "custom", "explain");

    @TempDir
    private static Path directory;

    private static ApiServer server;
    private static KubectlProcess kubectl;
    /** Why nothing is compared; empty where it is. Each exchange is skipped by itself, so that reports count them. */
    private static String lack = "";

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> program =
                Optional.ofNullable(System.getenv("KUBECTL")).map(Path::of).or(() -> Program.find("kubectl"));
        if (program.isEmpty()) {
            lack = "kubectl is neither named by KUBECTL nor on the PATH: no transcript is compared";
            return;
        }
        Path home = Files.createDirectory(directory.resolve("home"));
        Path kubeconfig = directory.resolve("kubeconfig");
        kubectl = new KubectlProcess(program.get(), kubeconfig, home);
        String version = kubectl.version();
        if (!version.equals(VERSION)) {
            lack = "transcripts are of kubectl " + VERSION + ", but KUBECTL or the PATH has " + version
                    + ": none is compared";
            return;
        }
        Path tokens =
                Files.writeString(directory.resolve("tokens.csv"), "admin-token,admin,admin-uid,system:masters\n");
        server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", 0)),
                Pki.inMemory(InstantSource.system()),
                Optional.of(tokens),
                "10.96.0.0/16",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                Duration.ofMinutes(5)));
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {token: admin-token}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """.formatted(server.uri().getPort()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> saysTheSame() {
        return TRANSCRIPTS.stream()
                .map(name -> dynamicContainer(
                        name,
                        read(name).stream().map(exchange -> dynamicTest(exchange.command(), () -> compare(exchange)))));
    }

    private static void compare(Exchange exchange) {
        assumeTrue(lack.isEmpty(), lack);
        Outcome outcome = kubectl.run(exchange.command(), exchange.input());
        assertThat(Transcript.format(List.of(exchange.with(outcome)))).isEqualTo(Transcript.format(List.of(exchange)));
    }

    private static List<Exchange> read(String name) {
        try (InputStream in = KubectlTranscriptTest.class.getResourceAsStream("/kubectl/" + name + ".txt")) {
            return Transcript.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
