package io.kybern.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against real server processes. */
class ClusterLifeTest {
    private static final String KUBECONFIG_BEFORE = """
            apiVersion: v1
            kind: Config
            clusters: []
            contexts:
            - name: mine
              context:
                cluster: c
                user: u
            users: []
            current-context: mine
            """;

    @TempDir
    Path home;

    private CommandLine.Outcome kybern(String... arguments) {
        return new CommandLine(home).run(arguments);
    }

    private ClusterDirectory directory() {
        return ClusterDirectory.ofName("default", Map.of(), home);
    }

    private ServerRecord running() {
        return ServerRecord.running(directory()).orElseThrow();
    }

    @AfterEach
    void stop() {
        kybern("down");
    }

    @Test
    void aClusterWithDataElsewhereIsFoundByItsNameWhileItRuns() {
        Path data = home.resolve("elsewhere");
        assertThat(kybern("up", "--name=edge", "--data-dir=" + data, "--components=api", "--port=0")
                        .code())
                .isZero();
        try {
            assertThat(kybern("status", "--name=edge", "-o", "json").out()).contains("\"state\": \"ready\"");
            assertThat(kybern("up", "--name=edge", "--components=api", "--port=0")
                            .out())
                    .contains("runs already at");
        } finally {
            assertThat(kybern("down", "--name=edge").out()).contains("Stopping cluster \"edge\"");
        }
        assertThat(ServerRecord.running(new ClusterDirectory(data))).isEmpty();
        assertThat(kybern("status", "--name=edge", "-o", "json").out()).doesNotContain(data.toString());
    }

    @Test
    void aClusterComesAndGoesAndComesAgain() throws IOException {
        Path kubeconfig = home.resolve(".kube/config");
        Files.createDirectories(kubeconfig.getParent());
        Files.writeString(kubeconfig, KUBECONFIG_BEFORE);

        CommandLine.Outcome up = kybern("up", "--runtime=simulated", "--port=0");
        assertThat(up.err()).isEmpty();
        assertThat(up.code()).isZero();
        assertThat(up.out())
                .contains(" ✓ Starting API server\n", " ✓ Writing context \"kybern\"", "API ready at https://");
        assertThat(Files.readString(kubeconfig))
                .contains("current-context: kybern\n", running().uri());

        CommandLine.Outcome status = kybern("status", "-o", "json");
        assertThat(status.code()).isZero();
        assertThat(status.out())
                .contains("\"state\": \"ready\"", running().uri(), "\"scheduler\": \"ready\"", "\"storeBytes\": ");

        long pid = running().pid();
        CommandLine.Outcome second = kybern("up", "--runtime=simulated", "--port=0");
        assertThat(second.code()).isZero();
        assertThat(second.out()).contains("runs already at " + running().uri());
        assertThat(running().pid()).isEqualTo(pid);

        byte[] authority = Files.readAllBytes(directory().pki().resolve("ca.crt"));
        assertThat(kybern("down").code()).isZero();
        assertThat(ServerRecord.running(directory())).isEmpty();
        assertThat(ProcessHandle.of(pid)
                        .filter(process -> process.info().command().isPresent()))
                .isEmpty();
        assertThat(Files.readString(kubeconfig)).isEqualTo(KUBECONFIG_BEFORE);
        assertThat(kybern("status").code()).isEqualTo(1);
        assertThat(kybern("down").out()).contains("is not running");

        assertThat(kybern("up", "--runtime=simulated", "--port=0").code()).isZero();
        assertThat(directory().pki().resolve("ca.crt")).hasBinaryContent(authority);

        assertThat(kybern("reset").code()).isZero();
        assertThat(directory().root()).doesNotExist();
        assertThat(Files.readString(kubeconfig)).isEqualTo(KUBECONFIG_BEFORE);
    }

    @Test
    void aKilledServerIsReplaced() {
        assertThat(kybern("up", "--runtime=simulated", "--port=0").code()).isZero();
        long pid = running().pid();
        ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        assertThat(server.destroyForcibly()).isTrue();
        assertThat(server.onExit()).succeedsWithin(Duration.ofSeconds(30));
        assertThat(directory().awaitUnlocked(Duration.ofSeconds(30))).isTrue();
        assertThat(kybern("status").out()).contains("stopped");

        assertThat(kybern("up", "--runtime=simulated", "--port=0").code()).isZero();
        assertThat(running().pid()).isNotEqualTo(pid);
        assertThat(kybern("status").code()).isZero();
    }

    @Test
    void quarkusHostsTheProcess() throws IOException {
        assertThat(kybern("up", "--runtime=simulated", "--port=0").code()).isZero();
        Config admin = Config.fromKubeconfig(Files.readString(directory().adminKubeconfig()));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(admin).build()) {
            assertThat(client.raw("/readyz")).isEqualTo("ok");
            assertThat(client.raw("/q/health/ready"))
                    .isEqualTo("{\"status\":\"UP\",\"checks\":[{\"name\":\"api-server /readyz\",\"status\":\"UP\"},"
                            + "{\"name\":\"components\",\"status\":\"UP\",\"data\":{\"api\":\"ready\","
                            + "\"controllers\":\"ready\",\"node\":\"ready\",\"scheduler\":\"ready\"}}]}");
            assertThat(client.raw("/q/health/live")).contains("api-server").doesNotContain("components");
            assertThat(client.raw("/metrics")).contains("jvm_memory_used_bytes{area=\"heap\"");
        }
        assertThat(kybern("down").code()).isZero();
        assertThat(kybern("logs", "controllers").out()).contains("INFO Operator: ");
        assertThat(kybern("logs", "server").out()).contains("powered by Quarkus", "stopped in");
    }

    @Test
    void onlyTheGivenKubeconfigIsTouched() {
        Path file = home.resolve("mine.yaml");
        assertThat(kybern("up", "--runtime=simulated", "--port=0", "--kubeconfig=" + file)
                        .code())
                .isZero();
        assertThat(file).content().contains("current-context: kybern\n");
        assertThat(home.resolve(".kube")).doesNotExist();
        assertThat(kybern("kubeconfig").out()).contains(running().uri(), "client-key-data");
    }

    @Test
    void aSnapshotOfARunningClusterBeginsAnotherOne() throws IOException {
        Path file = home.resolve("cluster.snapshot");
        assertThat(kybern("snapshot", "save", file.toString()).err()).contains("is not running");
        assertThat(kybern("up", "--components=api", "--port=0").code()).isZero();
        String uid;
        try (KubernetesClient client = client(directory())) {
            client.configMaps()
                    .inNamespace("default")
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("kept")
                            .endMetadata()
                            .addToData("a", "b")
                            .build())
                    .create();
            uid = kept(client).getMetadata().getUid();
            assertThat(client.raw("/metrics"))
                    .contains(
                            "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-0\"} ",
                            "kybern_store_refuses_writes 0");
        }
        CommandLine.Outcome saved = kybern("snapshot", "save", file.toString());
        assertThat(saved.err()).isEmpty();
        assertThat(saved.out()).matches("Saved \\d+ objects of revision \\d+ in .*\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(kybern("snapshot", "restore", file.toString()).err())
                .contains("is in use by another kybern process");
        assertThat(kybern("down").code()).isZero();
        assertThat(kybern("snapshot", "restore", file.toString()).err()).contains("has data already");

        ClusterDirectory copy = ClusterDirectory.ofName("copy", Map.of(), home);
        byte[] damaged = Files.readAllBytes(file);
        damaged[damaged.length / 2] ^= 1;
        Path bad = Files.write(home.resolve("bad"), damaged);
        assertThat(kybern("snapshot", "restore", bad.toString(), "--name=copy").err())
                .startsWith("kybern: " + bad + " is damaged: ")
                .hasLineCount(1);
        assertThat(copy.root()).doesNotExist();
        CommandLine.Outcome restored = kybern("snapshot", "restore", file.toString(), "--name=copy");
        assertThat(restored.err()).isEmpty();
        assertThat(restored.code()).isZero();
        try {
            CommandLine.Outcome up = kybern("up", "--name=copy", "--components=api", "--port=0");
            assertThat(up.code()).as(up.err()).isZero();
            try (KubernetesClient client = client(copy)) {
                assertThat(kept(client).getMetadata().getUid()).isEqualTo(uid);
                assertThat(kept(client).getData()).isEqualTo(Map.of("a", "b"));
            }
        } finally {
            kybern("down", "--name=copy");
        }
    }

    private static KubernetesClient client(ClusterDirectory cluster) throws IOException {
        Config admin = Config.fromKubeconfig(Files.readString(cluster.adminKubeconfig()));
        return new KubernetesClientBuilder().withConfig(admin).build();
    }

    private static ConfigMap kept(KubernetesClient client) {
        return client.configMaps().inNamespace("default").withName("kept").get();
    }

    @Test
    void settingsComeFromAFileToo() throws IOException {
        Path config = Files.writeString(home.resolve("config.yaml"), "port: 0\ncomponents:\n- api\n");
        assertThat(kybern("up", "--config=" + config).code()).isZero();
        assertThat(running().components()).containsExactly("api");
        Files.writeString(config, "prot: 0\n");
        kybern("down");
        assertThat(kybern("up", "--config=" + config).err()).contains("did you mean --port?");
    }

    @Test
    void logsOfAComponentArePrinted() throws IOException {
        assertThat(kybern("logs").err()).contains("was never started");
        assertThat(kybern("up", "--runtime=simulated", "--port=0").code()).isZero();
        Files.writeString(directory().logs().resolve("api.log"), "hello\n");
        assertThat(kybern("logs", "api").out()).isEqualTo("hello\n");
        assertThat(kybern("logs").out()).contains("==> api <==\nhello\n");
        assertThat(kybern("logs", "apo").err()).contains("did you mean api?");
    }
}
