package io.kybern.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kybern.node.cluster.UpstreamCluster;
import io.kybern.node.runtime.ContainerRuntime.ExecResult;
import io.kybern.node.runtime.ContainerRuntime.LogOptions;
import io.kybern.node.runtime.cri.Containerd;
import io.kybern.node.runtime.cri.CriRuntime;
import io.kybern.node.server.Frames;
import io.kybern.node.server.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Real containers on a real containerd, driven from a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
class NodeAgentTest {
    private static final String NODE = "node-under-test";

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private UpstreamCluster cluster;
    private KubernetesClient client;
    private Containerd containerd;
    private CriRuntime runtime;
    private NodeAgent agent;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws IOException {
        Optional<String> missing = UpstreamCluster.missing().or(Containerd::missing);
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        containerd = new Containerd(Files.createDirectory(directory.resolve("containerd")));
        runtime = new CriRuntime(containerd.socket(), "test", timers);
        cluster = new UpstreamCluster(Files.createDirectory(directory.resolve("cluster")), "127.0.0.1");
        client = cluster.client();
        agent = NodeAgent.start(
                client,
                NodeAgentConfig.of(NODE, "127.0.0.1", directory.resolve("node")).withServer(ServerConfig.loopback()),
                runtime);
    }

    @AfterAll
    void stop() {
        if (agent != null) {
            agent.close();
        }
        if (client != null) {
            client.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        if (runtime != null) {
            runtime.close();
        }
        if (containerd != null) {
            containerd.close();
        }
        timers.shutdownNow();
    }

    @Test
    void aWebServerBecomesReadyAndServes() throws Exception {
        client.configMaps()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("greeting")
                        .endMetadata()
                        .addToData("text", "hello from a config map")
                        .build())
                .create();
        Pod pod = create("web", """
                containers:
                - name: web
                  image: IMAGE
                  command: [sh, -c, "echo $(GREETING) on $(NODE) > /www/index.html; exec httpd -f -p 8080 -h /www"]
                  env:
                  - {name: GREETING, valueFrom: {configMapKeyRef: {name: greeting, key: text}}}
                  - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                  ports: [{name: http, containerPort: 8080}]
                  readinessProbe: {httpGet: {path: /index.html, port: http}, periodSeconds: 1}
                  livenessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                  volumeMounts: [{name: www, mountPath: /www}]
                volumes: [{name: www, emptyDir: {}}]
                """);
        Pod ready = await(pod, NodeAgentTest::ready);
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://" + ready.getStatus().getPodIP() + ":8080/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("hello from a config map on " + NODE + "\n");
        delete(pod);
    }

    @Test
    void initContainersVolumesAndTokensReachTheMainContainer() {
        client.secrets()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("key")
                        .endMetadata()
                        .addToStringData("user", "alice")
                        .build())
                .create();
        client.serviceAccounts()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("runner")
                        .endMetadata()
                        .build())
                .create();
        Pod pod = create("volumes", """
                restartPolicy: Never
                serviceAccountName: runner
                initContainers:
                - name: first
                  image: IMAGE
                  command: [sh, -c, "echo from-init > /shared/file"]
                  volumeMounts: [{name: shared, mountPath: /shared}]
                containers:
                - name: main
                  image: IMAGE
                  command: [sh, -c, "cat /shared/file; cat /all/user; cat /all/name; cat /all/token | wc -c; id -u; hostname; echo bye > /dev/termination-log"]
                  securityContext: {runAsUser: 1234}
                  resources: {limits: {memory: 32Mi, cpu: 250m}}
                  volumeMounts: [{name: shared, mountPath: /shared}, {name: all, mountPath: /all}]
                volumes:
                - {name: shared, emptyDir: {medium: Memory}}
                - name: all
                  projected:
                    sources:
                    - secret: {name: key}
                    - downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}
                    - serviceAccountToken: {path: token}
                """);
        Pod done =
                await(pod, candidate -> "Succeeded".equals(candidate.getStatus().getPhase()));
        ContainerStatus main = done.getStatus().getContainerStatuses().getFirst();
        String[] lines = log(main).split("\n");
        assertThat(lines[0]).isEqualTo("from-init");
        assertThat(lines[1]).startsWith("alicevolumes");
        assertThat(lines[2]).isEqualTo("1234");
        assertThat(lines[3]).isEqualTo("volumes");
        assertThat(Integer.parseInt(lines[1].substring("alicevolumes".length())))
                .isGreaterThan(500);
        assertThat(main.getState().getTerminated().getMessage()).isEqualTo("bye\n");
        assertThat(main.getState().getTerminated().getReason()).isEqualTo("Completed");
        delete(pod);
    }

    @Test
    void exitCodesAndRestartsAreTold() {
        Pod failed = create("failed", """
                restartPolicy: Never
                terminationGracePeriodSeconds: 1
                containers:
                - {name: main, image: IMAGE, command: [sh, -c, "exit 3"]}
                """);
        Pod restarting = create("restarting", """
                terminationGracePeriodSeconds: 1
                containers:
                - name: main
                  image: IMAGE
                  command: [sh, -c, "touch /tmp/alive; sleep 1; rm /tmp/alive; sleep 600"]
                  livenessProbe: {exec: {command: [cat, /tmp/alive]}, periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 1}
                """);
        Pod never = create("never", """
                containers:
                - {name: main, image: "example.invalid/none:1", imagePullPolicy: Never}
                """);
        var terminated = await(failed, pod -> "Failed".equals(pod.getStatus().getPhase()))
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated();
        assertThat(terminated.getExitCode()).isEqualTo(3);
        assertThat(terminated.getReason()).isEqualTo("Error");
        await(
                restarting,
                pod -> first(pod).map(ContainerStatus::getRestartCount).orElse(0) >= 1);
        await(
                never,
                pod -> first(pod)
                        .map(status -> status.getState().getWaiting())
                        .map(waiting -> "ErrImageNeverPull".equals(waiting.getReason()))
                        .orElse(false));
        UpstreamCluster.await(
                10,
                "events tell of it",
                () -> client.v1().events().list().getItems().stream()
                        .map(event -> event.getReason())
                        .toList()
                        .containsAll(
                                List.of("Created", "Started", "Pulled", "Killing", "Unhealthy", "ErrImageNeverPull")));
        delete(failed);
        delete(restarting);
        delete(never);
    }

    @Test
    void commandsRunInContainersAndGraceIsKept() {
        Pod pod = create("exec", """
                terminationGracePeriodSeconds: 20
                containers:
                - name: main
                  image: IMAGE
                  command: [sh, -c, "trap 'echo got TERM; exit 0' TERM; echo begun; while true; do sleep 1; done"]
                  lifecycle: {postStart: {exec: {command: [touch, /tmp/hooked]}}}
                """);
        ContainerStatus main = first(await(pod, NodeAgentTest::ready)).orElseThrow();
        ExecResult result = runtime.exec(main.getContainerID(), List.of("ls", "/tmp"), Duration.ofSeconds(5));
        assertThat(result).isEqualTo(new ExecResult(0, "hooked\n", false));
        assertThat(runtime.exec(main.getContainerID(), List.of("sh", "-c", "exit 7"), Duration.ofSeconds(5))
                        .exitCode())
                .isEqualTo(7);
        delete(pod);
    }

    @Test
    void streamsReachContainersThroughTheNodesServer() throws Exception {
        Pod pod = create("streams", """
                terminationGracePeriodSeconds: 1
                containers:
                - name: main
                  image: IMAGE
                  command: [sh, -c, "mkdir /tmp/www; echo served > /tmp/www/index.html; echo line1; echo line2; exec httpd -f -p 8080 -h /tmp/www"]
                  readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                """);
        await(pod, NodeAgentTest::ready);
        int port = client.nodes()
                .withName(NODE)
                .get()
                .getStatus()
                .getDaemonEndpoints()
                .getKubeletEndpoint()
                .getPort();
        String place = "127.0.0.1:" + port;
        var log = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://" + place + "/containerLogs/default/streams/main?tailLines=1"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(log.body()).isEqualTo("line2\n");

        Frames exec = Frames.open(
                "ws://" + place
                        + "/exec/default/streams/main?command=sh&command=-c&command="
                        + URLEncoder.encode("read x; echo got $x; echo err 1>&2; exit 4", StandardCharsets.UTF_8)
                        + "&input=1&output=1&error=1",
                "v5.channel.k8s.io",
                "v4.channel.k8s.io");
        exec.send(0, "word\n");
        assertThat(exec.awaitClose()).isEqualTo(1000);
        assertThat(exec.on(1)).isEqualTo("got word\n");
        assertThat(exec.on(2)).isEqualTo("err\n");
        assertThat(exec.on(3)).contains("NonZeroExitCode").contains("\"message\":\"4\"");

        Frames input = Frames.open(
                "ws://" + place + "/exec/default/streams/main?command=cat&input=1&output=1", "v5.channel.k8s.io");
        input.send(0, "to the end");
        input.send(255, "\0");
        assertThat(input.awaitClose()).isEqualTo(1000);
        assertThat(input.on(1)).isEqualTo("to the end");
        assertThat(input.on(3)).contains("Success");

        Frames forward = Frames.open("ws://" + place + "/portForward/default/streams?port=8080", "v4.channel.k8s.io");
        forward.send(0, "GET /index.html HTTP/1.0\r\n\r\n");
        UpstreamCluster.await(10, "the page", () -> forward.on(0).endsWith("served\n"));
        assertThat(forward.on(0)).startsWith("\220\037HTTP/1.");
        delete(pod);
    }

    private Pod create(String name, String spec) {
        Pod pod = Serialization.unmarshal(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec:\n"
                        + spec.replace("IMAGE", Containerd.IMAGE).indent(2),
                Pod.class);
        return client.pods()
                .resource(new PodBuilder(pod)
                        .editSpec()
                        .withNodeName(NODE)
                        .endSpec()
                        .build())
                .create();
    }

    private Pod await(Pod pod, Predicate<Pod> condition) {
        String name = pod.getMetadata().getName();
        try {
            UpstreamCluster.await(
                    60,
                    "pod " + name,
                    () -> condition.test(client.pods().withName(name).get()));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "\n"
                            + Serialization.asYaml(
                                    client.pods().withName(name).get().getStatus()),
                    e);
        }
        return client.pods().withName(name).get();
    }

    private void delete(Pod pod) {
        client.resource(pod).delete();
        UpstreamCluster.await(
                40,
                "pod " + pod.getMetadata().getName() + " is gone",
                () -> client.pods().withName(pod.getMetadata().getName()).get() == null);
        // A pod that had ended is gone from the API at once, and from the node soon after.
        UpstreamCluster.await(
                20,
                "the node has forgotten the pod",
                () -> runtime.pods().stream()
                        .noneMatch(left -> left.uid().equals(pod.getMetadata().getUid())));
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static Optional<ContainerStatus> first(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream().findFirst();
    }

    private String log(ContainerStatus status) {
        var text = new ByteArrayOutputStream();
        try {
            runtime.logs(status.getContainerID(), LogOptions.ALL, (bytes, offset, length) -> {
                text.write(bytes, offset, length);
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
