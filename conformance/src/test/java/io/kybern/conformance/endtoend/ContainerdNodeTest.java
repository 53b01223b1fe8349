package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kybern.apiserver.pki.HostNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real containers: a cluster as {@code kybern up --runtime containerd} makes it, on a containerd of the test's own, used by
 * kubectl and by Fabric8. Skipped, with the reason, where containerd can't be; nothing is left afterwards.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ContainerdNodeTest {
    private static final int PATIENCE_SECONDS = 120;
    private static final String IMAGE = "docker.io/library/busybox:test";

    private final Optional<String> missing = Containerd.missing();
    private @Nullable Containerd containerd;
    private @Nullable KybernCommand kybern;
    private @Nullable KubernetesClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        if (missing.isPresent()) {
            return;
        }
        containerd = new Containerd(
                Files.createDirectory(directory.resolve("containerd")),
                directory.resolve("data/nodes").resolve(HostNames.machine()).toString());
        String endpoint = "--container-runtime-endpoint=unix://" + containerd.socket();
        kybern = new KybernCommand(directory);
        kybern.up("--runtime=containerd", endpoint);
        for (Path archive : List.of(
                BusyboxImage.archive(directory, IMAGE, List.of()),
                BusyboxImage.archive(directory, Containerd.PAUSE, List.of("/bin/busybox", "sleep", "2147483647")))) {
            kybern.run("load", archive.toString()).succeeds();
        }
        Config config = Config.fromKubeconfig(Files.readString(kybern.kubeconfig()));
        config.setNamespace("default");
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Here and not where all begins: so each test is counted as skipped. */
    @BeforeEach
    void skip() {
        assumeTrue(missing.isEmpty(), () -> "no real pods: " + missing.orElse(""));
    }

    @AfterAll
    void stop() throws Exception {
        if (client != null) {
            client.pods().inAnyNamespace().withGracePeriod(1).delete();
            client.pods().inAnyNamespace().informOnCondition(List::isEmpty).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.close();
        }
        if (kybern != null) {
            kybern.run("down").succeeds();
        }
        if (containerd != null) {
            containerd.close();
            assertThat(containerd.leftovers()).isEmpty();
        }
    }

    private KubernetesClient client() {
        return Objects.requireNonNull(client);
    }

    private Kubectl kubectl() {
        return Kubectl.of(Objects.requireNonNull(kybern).kubeconfig());
    }

    // ---- pods

    @Test
    void containersOfAPodShareItsNetwork() throws Exception {
        create("two", """
                terminationGracePeriodSeconds: 1
                containers:
                - name: web
                  image: IMAGE
                  command: [sh, -c, "mkdir /tmp/www; echo served > /tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"]
                  readinessProbe: {httpGet: {path: /index.html, port: 8080}, periodSeconds: 1}
                - name: client
                  image: IMAGE
                  command: [sh, -c, "until wget -q -O - http://127.0.0.1:8080/index.html; do sleep 0.1; done; exec sleep 600"]
                """);
        Pod pod = await("two", ContainerdNodeTest::ready);
        assertThat(pod.getStatus().getContainerStatuses()).hasSize(2).allMatch(ContainerStatus::getReady);
        assertThat(kubectl().out("get", "pod", "two")).containsPattern("two +2/2 +Running +0");
        try (Running log = kubectl().start("logs", "-f", "two", "-c", "client")) {
            log.awaitOutput("served");
        }
        kubectl().out("delete", "pod", "two", "--timeout=30s");
    }

    @Test
    void initContainersVolumesAndTokensReachTheMainContainer() throws Exception {
        client().load(new java.io.ByteArrayInputStream("""
                apiVersion: v1
                kind: Secret
                metadata: {name: key, namespace: default}
                stringData: {user: alice}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: greeting, namespace: default}
                data: {text: hello}
                """.getBytes(StandardCharsets.UTF_8)))
                .create();
        create("volumes", """
                restartPolicy: Never
                initContainers:
                - name: first
                  image: IMAGE
                  command: [sh, -c, "echo from-init > /shared/file"]
                  volumeMounts: [{name: shared, mountPath: /shared}]
                containers:
                - name: main
                  image: IMAGE
                  command: [sh, -c, "cat /shared/file; cat /all/user; echo; cat /all/token | wc -c; id -u; hostname; echo $(GREETING) on $(NODE); echo bye > /dev/termination-log"]
                  securityContext: {runAsUser: 1234}
                  resources: {limits: {memory: 32Mi, cpu: 250m}}
                  volumeMounts: [{name: shared, mountPath: /shared}, {name: all, mountPath: /all}]
                  env:
                  - {name: GREETING, valueFrom: {configMapKeyRef: {name: greeting, key: text}}}
                  - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                volumes:
                - {name: shared, emptyDir: {medium: Memory}}
                - name: all
                  projected: {sources: [{secret: {name: key}}, {serviceAccountToken: {path: token}}]}
                """);
        Pod pod = await("volumes", candidate -> phase(candidate).equals("Succeeded"));
        String[] lines = client().pods().withName("volumes").getLog().split("\n");
        assertThat(lines).startsWith("from-init", "alice").endsWith("1234", "volumes", "hello on " + node(pod));
        assertThat(Integer.parseInt(lines[2])).isGreaterThan(500);
        assertThat(terminated(pod).getMessage()).isEqualTo("bye\n");
    }

    // ---- ends

    @Test
    void exitCodesAndReasonsAreTold() {
        create("ok", "restartPolicy: Never\ncontainers: [{name: c, image: IMAGE, command: [sh, -c, echo fine]}]");
        create("three", "restartPolicy: Never\ncontainers: [{name: c, image: IMAGE, command: [sh, -c, exit 3]}]");
        create("nonesuch", "restartPolicy: Never\ncontainers: [{name: c, image: IMAGE, command: [nonesuch]}]");
        create("never", "containers: [{name: c, image: \"example.invalid/none:1\", imagePullPolicy: Never}]");
        assertThat(terminated(await("ok", pod -> phase(pod).equals("Succeeded"))))
                .returns(0, ContainerStateTerminated::getExitCode)
                .returns("Completed", ContainerStateTerminated::getReason);
        assertThat(terminated(await("three", pod -> phase(pod).equals("Failed"))))
                .returns(3, ContainerStateTerminated::getExitCode)
                .returns("Error", ContainerStateTerminated::getReason);
        assertThat(terminated(await("nonesuch", pod -> phase(pod).equals("Failed"))))
                .returns(128, ContainerStateTerminated::getExitCode)
                .returns("StartError", ContainerStateTerminated::getReason)
                .satisfies(end -> assertThat(end.getMessage()).contains("executable file not found"));
        await("never", pod -> waiting(pod).equals("ErrImageNeverPull"));
    }

    @Test
    void whatCrashesIsRestartedLaterEachTime() {
        create("crash", "containers: [{name: c, image: IMAGE, command: [sh, -c, exit 4]}]");
        Pod second = await("crash", pod -> restarts(pod) == 1 && waiting(pod).equals("CrashLoopBackOff"));
        Pod third = await("crash", pod -> restarts(pod) == 2 && waiting(pod).equals("CrashLoopBackOff"));
        ContainerStateTerminated last =
                status(third).orElseThrow().getLastState().getTerminated();
        assertThat(last.getExitCode()).isEqualTo(4);
        assertThat(last.getReason()).isEqualTo("Error");
        ContainerStateTerminated before =
                status(second).orElseThrow().getLastState().getTerminated();
        assertThat(Duration.between(Instant.parse(before.getFinishedAt()), Instant.parse(last.getStartedAt())))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(9));
        assertThat(status(third).orElseThrow().getState().getWaiting().getMessage())
                .startsWith("back-off 20s restarting failed container=c pod=crash_default(");
        client().v1()
                .events()
                .withField("involvedObject.name", "crash")
                .informOnCondition(
                        events -> events.stream().map(Event::getReason).anyMatch("BackOff"::equals))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aFailingLivenessProbeRestarts() {
        create("liveness", """
                terminationGracePeriodSeconds: 1
                containers:
                - name: main
                  image: IMAGE
                  command: [sh, -c, "touch /tmp/alive; sleep 1; rm /tmp/alive; sleep 600"]
                  livenessProbe: {exec: {command: [cat, /tmp/alive]}, periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 1}
                """);
        await("liveness", pod -> restarts(pod) >= 1);
    }

    @Test
    void deletionLetsThePodEndItself() throws Exception {
        create("polite", """
                terminationGracePeriodSeconds: 50
                containers:
                - name: c
                  image: IMAGE
                  command: [sh, -c, "trap 'echo got TERM; exit 5' TERM; echo begun; while true; do sleep 0.1; done"]
                """);
        await("polite", ContainerdNodeTest::ready);
        Instant begin = Instant.now();
        assertThat(deleteAndWatch("polite")).returns(5, ContainerStateTerminated::getExitCode);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(40));
    }

    @Test
    void deletionKillsWhenTheGracePeriodIsOver() throws Exception {
        create("stubborn", """
                terminationGracePeriodSeconds: 3
                containers:
                - {name: c, image: IMAGE, command: [sh, -c, "trap : TERM; while true; do sleep 0.1; done"]}
                """);
        await("stubborn", ContainerdNodeTest::ready);
        Instant begin = Instant.now();
        assertThat(deleteAndWatch("stubborn")).returns(137, ContainerStateTerminated::getExitCode);
        assertThat(Duration.between(begin, Instant.now()))
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(3 + PATIENCE_SECONDS / 2));
    }

    // ---- streams

    @Test
    void logsAreFollowedToTheEnd() throws Exception {
        create("logs", """
                restartPolicy: Never
                containers:
                - name: c
                  image: IMAGE
                  command: [sh, -c, "echo first; until [ -e /tmp/go ]; do sleep 0.1; done; echo second"]
                """);
        await("logs", ContainerdNodeTest::ready);
        try (Running log = kubectl().start("logs", "-f", "logs")) {
            log.awaitOutput("first\n");
            kubectl().out("exec", "logs", "--", "touch", "/tmp/go");
            assertThat(log.awaitExit()).isZero();
            assertThat(log.output()).isEqualTo("first\nsecond\n");
        }
        assertThat(kubectl().out("logs", "logs", "--tail=1")).isEqualTo("second\n");
    }

    @Test
    void commandsRunInContainers() throws Exception {
        create("exec", """
                terminationGracePeriodSeconds: 1
                containers:
                - {name: c, image: IMAGE, command: [sleep, "600"], lifecycle: {postStart: {exec: {command: [touch, /tmp/hooked]}}}}
                """);
        await("exec", ContainerdNodeTest::ready);
        assertThat(kubectl().out("exec", "exec", "--", "ls", "/tmp")).isEqualTo("hooked\n");
        for (Kubectl kubectl : List.of(kubectl(), kubectl().withSpdy())) {
            Program.Result failed = kubectl.run("exec", "exec", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
            assertThat(failed.exit()).isEqualTo(7);
            assertThat(failed.out()).isEqualTo("out\n");
            assertThat(failed.err()).isEqualTo("err\ncommand terminated with exit code 7\n");
        }
        assertThat(kubectl()
                        .runWithInput("to the end", "exec", "-i", "exec", "--", "cat")
                        .succeeds()
                        .out())
                .isEqualTo("to the end");
        try (Running shell = kubectl().startAtTerminal(97, 31, "exec", "-it", "exec", "--", "sh")) {
            shell.awaitOutput("# ");
            // The terminal's size comes some time after the start.
            shell.type("while [ -z \"$(stty size 2>&1 | tr -cd 0-9)\" ]; do sleep 0.1; done; stty size\n");
            shell.awaitOutput("31 97");
            shell.type("exit 9\n");
            assertThat(shell.awaitExit()).isEqualTo(9);
        }
    }

    @Test
    void fabric8TalksToProcesses() throws Exception {
        create(
                "fabric8",
                "terminationGracePeriodSeconds: 1\ncontainers: [{name: c, image: IMAGE, command: [cat], stdin: true}]");
        await("fabric8", ContainerdNodeTest::ready);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (var exec = client().pods()
                .withName("fabric8")
                .redirectingInput()
                .writingOutput(out)
                .writingError(err)
                .exec("sh", "-c", "read word; echo got $word; echo bad >&2; exit 6")) {
            exec.getInput().write("something\n".getBytes(StandardCharsets.UTF_8));
            exec.getInput().flush();
            assertThat(exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(6);
        }
        assertThat(out).hasToString("got something\n");
        assertThat(err).hasToString("bad\n");
    }

    @Test
    void portsAreForwardedAndPodsAndServicesProxied() throws Exception {
        create("ports", """
                terminationGracePeriodSeconds: 1
                containers:
                - name: c
                  image: IMAGE
                  command: [sh, -c, "mkdir /tmp/www; echo served > /tmp/www/index.html; exec httpd -f -p 127.0.0.1:8081 -h /tmp/www"]
                - name: open
                  image: IMAGE
                  command: [sh, -c, "mkdir -p /tmp/www/folder; echo proxied > /tmp/www/index.html; echo within > /tmp/www/folder/index.html; exec httpd -f -p 8080 -h /tmp/www"]
                  readinessProbe: {httpGet: {path: /index.html, port: 8080}, periodSeconds: 1}
                """);
        await("ports", ContainerdNodeTest::ready);
        for (Kubectl kubectl : List.of(kubectl(), kubectl().withSpdy())) {
            try (Running forward = kubectl.start("port-forward", "pod/ports", ":8081")) {
                forward.awaitOutput("Forwarding from 127.0.0.1:");
                String text = forward.output();
                int begin = text.indexOf("127.0.0.1:") + "127.0.0.1:".length();
                String address = "http://127.0.0.1:" + text.substring(begin, text.indexOf(' ', begin)) + "/";
                assertThat(get(address)).isEqualTo("served\n");
                assertThat(get(address)).isEqualTo("served\n");
            }
        }
        String pods = "/api/v1/namespaces/default/pods/";
        assertThat(kubectl().out("get", "--raw", pods + "ports:8080/proxy/")).isEqualTo("proxied\n");
        assertThat(kubectl().out("get", "--raw", pods + "ports:8080/proxy/folder/"))
                .isEqualTo("within\n");
        assertThat(kubectl().run("get", "--raw", pods + "ports:9/proxy/").err())
                .contains("error trying to reach service: dial tcp ", ":9: connect: connection refused");
        kubectl().out("label", "pod", "ports", "app=ports");
        kubectl().out("expose", "pod", "ports", "--port=80", "--target-port=8080", "--name=front");
        client().endpoints()
                .withName("front")
                .waitUntilCondition(
                        endpoints ->
                                endpoints != null && !endpoints.getSubsets().isEmpty(),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        assertThat(kubectl().out("get", "--raw", "/api/v1/namespaces/default/services/front:80/proxy/index.html"))
                .isEqualTo("proxied\n");
        String node = node(client().pods().withName("ports").get());
        assertThat(kubectl().out("get", "--raw", "/api/v1/nodes/" + node + "/proxy/healthz"))
                .isEqualTo("ok");
        kubectl().out("delete", "service", "front");
    }

    private static String get(String address) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    // ---- helpers

    private void create(String name, String spec) {
        client().resource(Serialization.unmarshal(
                        "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: default}\nspec:\n"
                                + spec.replace("IMAGE", IMAGE).indent(2),
                        Pod.class))
                .create();
    }

    private Pod await(String name, Predicate<Pod> condition) {
        return client().pods()
                .withName(name)
                .waitUntilCondition(pod -> pod != null && condition.test(pod), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** How its container ended, as told before the pod was gone. */
    private ContainerStateTerminated deleteAndWatch(String name) throws Exception {
        var end = new CompletableFuture<ContainerStateTerminated>();
        var gone = new CompletableFuture<Void>();
        try (var watch = client().pods().withName(name).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                status(pod).map(status -> status.getState().getTerminated()).ifPresent(end::complete);
                if (action == Action.DELETED) {
                    gone.complete(null);
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                gone.completeExceptionally(cause);
            }
        })) {
            client().pods().withName(name).delete();
            gone.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        return end.getNow(null);
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static String phase(Pod pod) {
        return Optional.ofNullable(pod.getStatus().getPhase()).orElse("");
    }

    private static String node(Pod pod) {
        return pod.getSpec().getNodeName();
    }

    private static Optional<ContainerStatus> status(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream().findFirst();
    }

    private static int restarts(Pod pod) {
        return status(pod).map(ContainerStatus::getRestartCount).orElse(0);
    }

    private static String waiting(Pod pod) {
        return status(pod)
                .map(status -> status.getState().getWaiting())
                .map(state -> state.getReason())
                .orElse("");
    }

    private static ContainerStateTerminated terminated(Pod pod) {
        return status(pod).orElseThrow().getState().getTerminated();
    }
}
