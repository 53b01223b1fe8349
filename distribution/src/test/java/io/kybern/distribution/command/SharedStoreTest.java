package io.kybern.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.etcd.Etcd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share an etcd: all serve, one controls and schedules. */
class SharedStoreTest {
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path home;

    private Etcd etcd;

    @BeforeEach
    void startEtcd() {
        etcd = Etcd.start(home);
    }

    @AfterEach
    void stop() {
        if (etcd != null) {
            Stream.of("one", "two").forEach(this::down);
            etcd.close();
        }
    }

    private CommandLine.Outcome up(String name) {
        CommandLine.Outcome outcome = new CommandLine(home)
                .run(
                        "up",
                        "--name=" + name,
                        "--data-dir=" + directory(name).root(),
                        "--port=0",
                        "--components=api,controllers,scheduler",
                        "--store=" + etcd.endpoint(),
                        "--leader-elect-lease-duration=" + LEASE.toSeconds() + "s",
                        "--leader-elect-renew-deadline=4s",
                        "--leader-elect-retry-period=" + RETRY.toMillis() + "ms");
        assertThat(outcome.err()).isEmpty();
        return outcome;
    }

    private void down(String name) {
        new CommandLine(home)
                .run("down", "--name=" + name, "--data-dir=" + directory(name).root());
    }

    private ClusterDirectory directory(String name) {
        return new ClusterDirectory(home.resolve(name));
    }

    /** What processes of one cluster have in common beside the store. */
    private void shareKeys(String from, String to) throws IOException {
        Files.createDirectories(directory(to).pki());
        for (String file : List.of("ca", "sa", "front-proxy-ca")) {
            for (String suffix : List.of(".crt", ".key", ".pub")) {
                Path key = directory(from).pki().resolve(file + suffix);
                if (Files.exists(key)) {
                    Files.copy(key, directory(to).pki().resolve(file + suffix));
                }
            }
        }
    }

    private KubernetesClient client(String name) throws IOException {
        Config admin = Config.fromKubeconfig(Files.readString(directory(name).adminKubeconfig()));
        return new KubernetesClientBuilder().withConfig(admin).build();
    }

    private static LeaseSpec lease(KubernetesClient client, String name) {
        return client.leases().inNamespace("kube-system").withName(name).get().getSpec();
    }

    /** Until another one than {@code before} holds it. */
    private static LeaseSpec awaitChange(KubernetesClient client, String name, String before) {
        Lease changed = client.leases()
                .inNamespace("kube-system")
                .withName(name)
                .waitUntilCondition(
                        lease -> lease != null
                                && !lease.getSpec().getHolderIdentity().isEmpty()
                                && !lease.getSpec().getHolderIdentity().equals(before),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        return changed.getSpec();
    }

    private static void awaitReplicaSet(KubernetesClient client, String deployment) {
        client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(deployment)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .withMatchLabels(Map.of("app", deployment))
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(Map.of("app", deployment))
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("nginx")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        ReplicaSet made = client.apps()
                .replicaSets()
                .inNamespace("default")
                .withLabel("app", deployment)
                .waitUntilCondition(set -> set != null, PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(made.getMetadata().getOwnerReferences())
                .extracting(owner -> owner.getName())
                .containsExactly(deployment);
    }

    /** The scheduler says of a pod that no node is there for it. */
    private static void awaitScheduler(KubernetesClient client, String name) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("nginx")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        Pod seen = client.pods()
                .inNamespace("default")
                .withName(name)
                .waitUntilCondition(
                        pod -> pod != null && !pod.getStatus().getConditions().isEmpty(),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        assertThat(seen.getStatus().getConditions())
                .extracting(condition -> condition.getReason())
                .containsExactly("Unschedulable");
    }

    @Test
    void oneOfTwoLeadsAndTheOtherTakesOver() throws Exception {
        assertThat(up("one").out()).doesNotContain("by:");
        shareKeys("one", "two");
        assertThat(up("two").out())
                .contains(" holds the lease kube-controller-manager.", " holds the lease kube-scheduler.");
        try (KubernetesClient one = client("one");
                KubernetesClient two = client("two")) {
            String first = lease(two, "kube-controller-manager").getHolderIdentity();
            String firstScheduler = lease(two, "kube-scheduler").getHolderIdentity();
            awaitReplicaSet(two, "before");
            awaitScheduler(two, "before");

            ServerRecord leader = ServerRecord.running(directory("one")).orElseThrow();
            ProcessHandle process = ProcessHandle.of(leader.pid()).orElseThrow();
            long killed = System.nanoTime();
            assertThat(process.destroyForcibly()).isTrue();
            LeaseSpec second = awaitChange(two, "kube-controller-manager", first);
            Duration gap = Duration.ofNanos(System.nanoTime() - killed);
            assertThat(gap).isLessThan(LEASE.plus(RETRY.multipliedBy(5)));
            assertThat(second.getLeaseTransitions()).isEqualTo(1);
            awaitReplicaSet(two, "after");
            assertThat(awaitChange(two, "kube-scheduler", firstScheduler).getLeaseTransitions())
                    .isEqualTo(1);
            awaitScheduler(two, "after");
            assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(30));
            assertThat(directory("one").awaitUnlocked(Duration.ofSeconds(30))).isTrue();

            assertThat(up("one").out()).contains(second.getHolderIdentity() + " holds the lease");
        }
        try (KubernetesClient one = client("one")) {
            String second = lease(one, "kube-controller-manager").getHolderIdentity();
            down("two"); // gives the lease back
            LeaseSpec third = awaitChange(one, "kube-controller-manager", second);
            assertThat(third.getLeaseTransitions()).isEqualTo(2);
            awaitReplicaSet(one, "again");
            assertThat(one.v1()
                            .events()
                            .inNamespace("kube-system")
                            .withField("reason", "LeaderElection")
                            .list()
                            .getItems())
                    .extracting(event -> event.getMessage())
                    .contains(third.getHolderIdentity() + " became leader");
        }
    }
}
