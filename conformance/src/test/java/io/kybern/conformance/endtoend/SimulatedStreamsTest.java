package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.kybern.junit.Kubeconfig;
import io.kybern.junit.KybernCluster;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Streams to and from simulated containers, which know a few commands: by kubectl over WebSockets and over SPDY, by Fabric8 within
 * the process, and by the older protocol of WebSockets.
 */
@KybernCluster(listen = true)
class SimulatedStreamsTest {
    private static final int PATIENCE_SECONDS = 60;

    private KubernetesClient client;

    @BeforeEach
    void pod() {
        if (client.pods().inNamespace("default").withName("p").get() == null) {
            pod("p", Map.of());
        }
    }

    private void pod(String name, Map<String, String> annotations) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("c")
                        .withImage("any")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.pods()
                .inNamespace("default")
                .withName(name)
                .waitUntilCondition(
                        pod -> pod != null && !"Pending".equals(pod.getStatus().getPhase()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Test
    void kubectlReadsLogs(@Kubeconfig Path kubeconfig) throws Exception {
        Kubectl kubectl = Kubectl.of(kubeconfig);
        assertThat(kubectl.out("logs", "p"))
                .startsWith("This container is simulated")
                .hasLineCount(2);
        pod("ends", Map.of("simulated.kybern.io/exit-after", "2s"));
        try (Running log = kubectl.start("logs", "-f", "ends")) {
            log.awaitOutput("to end after 2000 ms.");
            assertThat(log.awaitExit()).isZero();
            assertThat(log.output()).endsWith("It ended with exit code 0.\n");
        }
    }

    @Test
    void kubectlTalksOverWebSockets(@Kubeconfig Path kubeconfig) throws Exception {
        talks(Kubectl.of(kubeconfig));
    }

    @Test
    void kubectlTalksOverSpdy(@Kubeconfig Path kubeconfig) throws Exception {
        talks(Kubectl.of(kubeconfig).withSpdy());
    }

    private static void talks(Kubectl kubectl) throws Exception {
        Program.Result both = kubectl.run("exec", "p", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(both.out()).isEqualTo("out\n");
        assertThat(both.err()).isEqualTo("err\ncommand terminated with exit code 7\n");
        assertThat(both.exit()).isEqualTo(7);
        assertThat(kubectl.runWithInput("to the end", "exec", "-i", "p", "--", "cat")
                        .succeeds()
                        .out())
                .isEqualTo("to the end");
        String large = "0123456789abcde\n".repeat(100_000);
        assertThat(kubectl.runWithInput(large, "exec", "-i", "p", "--", "cat")
                        .succeeds()
                        .out())
                .isEqualTo(large);
        try (Running attached = kubectl.start("attach", "-i", "p")) {
            attached.type("hello\n");
            attached.awaitOutput("hello\n");
        }
        try (Running shell = kubectl.startAtTerminal(97, 31, "exec", "-it", "p", "--", "sh")) {
            shell.awaitOutput("# ");
            shell.type("hostname\r");
            shell.awaitOutput("p\r\n# ");
            shell.type("stty size\r");
            shell.awaitOutput("31 97");
            shell.type("exit 9\r");
            assertThat(shell.awaitExit()).isEqualTo(9);
        }
        try (Running forward = kubectl.start("port-forward", "p", ":80")) {
            forward.awaitOutput("Forwarding from 127.0.0.1:");
            String text = forward.output();
            int begin = text.indexOf("127.0.0.1:") + "127.0.0.1:".length();
            int port = Integer.parseInt(text.substring(begin, text.indexOf(' ', begin)));
            try (var socket = new java.net.Socket("127.0.0.1", port)) {
                assertThat(socket.getInputStream().read()).isNegative();
            }
            forward.awaitOutput("this pod is simulated: nothing listens on port 80");
        }
    }

    @Test
    void whoMayOnlyGetMayNotExec(@Kubeconfig Path kubeconfig) throws Exception {
        Kubectl kubectl = Kubectl.of(kubeconfig);
        kubectl.out("create", "clusterrole", "getter", "--verb=get", "--resource=pods,pods/exec");
        kubectl.out("create", "clusterrolebinding", "getter", "--clusterrole=getter", "--user=jane");
        assertThat(kubectl.run("exec", "p", "--as=jane", "--", "true").err()).contains("pods \"p\" is forbidden");
    }

    @Test
    void fabric8TalksWithinTheProcess() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var exec = client.pods()
                .inNamespace("default")
                .withName("p")
                .redirectingInput()
                .writingOutput(out)
                .exec("sh")) {
            exec.getInput().write("echo from a shell; exit 5\n".getBytes(StandardCharsets.UTF_8));
            exec.getInput().flush();
            assertThat(exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(5);
        }
        assertThat(out).hasToString("from a shell\n");
    }

    @Test
    void theOlderProtocolIsSpokenToo(@Kubeconfig Path kubeconfig) throws Exception {
        Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
        var status = new CompletableFuture<String>();
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(SSLUtils.sslContext(config)).build()) {
            WebSocket socket = http.newWebSocketBuilder()
                    .subprotocols("v4.channel.k8s.io")
                    .buildAsync(
                            URI.create(config.getMasterUrl().replaceFirst("^https", "wss")
                                    + "api/v1/namespaces/default/pods/p/exec?command=false&stdout=true"),
                            new WebSocket.Listener() {
                                @Override
                                public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
                                    if (data.get() == 3) {
                                        status.complete(StandardCharsets.UTF_8
                                                .decode(data)
                                                .toString());
                                    }
                                    return WebSocket.Listener.super.onBinary(from, data, last);
                                }
                            })
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(socket.getSubprotocol()).isEqualTo("v4.channel.k8s.io");
            assertThat(status.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("NonZeroExitCode");
            socket.abort();
        }
    }
}
