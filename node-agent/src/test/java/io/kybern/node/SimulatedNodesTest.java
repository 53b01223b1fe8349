package io.kybern.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.node.cluster.UpstreamCluster;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated nodes at a real API server. */
class SimulatedNodesTest {
    private static final int NODES = 50;

    @Test
    void podsLiveAndDie(@TempDir Path directory) {
        assumeTrue(
                UpstreamCluster.missing().isEmpty(),
                () -> UpstreamCluster.missing().orElse(""));
        try (var cluster = new UpstreamCluster(directory, "127.0.0.1");
                KubernetesClient client = cluster.client();
                var nodes = SimulatedNodes.start(client, NODES)) {
            assertThat(client.nodes().list().getItems()).hasSize(NODES).allMatch(SimulatedNodesTest::ready);
            UpstreamCluster.await(
                    15,
                    "every node has a lease",
                    () -> client.leases()
                                    .inNamespace("kube-node-lease")
                                    .list()
                                    .getItems()
                                    .size()
                            == NODES);

            IntStream.range(0, 50).forEach(i -> create(client, pod("web-" + i, "simulated-" + i, "Always", Map.of())));
            UpstreamCluster.await(
                    10, "50 pods run", () -> pods(client, "Running").size() == 50);
            assertThat(pods(client, "Running")).allMatch(pod -> pod.getStatus().getPodIP() != null);

            create(client, pod("job", "simulated-7", "Never", Map.of("simulated.kybern.io/exit-after", "200ms")));
            UpstreamCluster.await(
                    10,
                    "the job's pod succeeds",
                    () -> pods(client, "Succeeded").size() == 1);

            client.pods().withLabel("app", "web").delete();
            UpstreamCluster.await(
                    20,
                    "all pods are gone",
                    () -> client.pods().list().getItems().isEmpty());
        }
    }

    @Test
    void aLaterStartTakesOverNodesLeasesAndPods(@TempDir Path directory) {
        assumeTrue(
                UpstreamCluster.missing().isEmpty(),
                () -> UpstreamCluster.missing().orElse(""));
        try (var cluster = new UpstreamCluster(directory, "127.0.0.1");
                KubernetesClient client = cluster.client()) {
            try (var first = SimulatedNodes.start(client, 1)) {
                create(client, pod("stays", "simulated-0", "Always", Map.of()));
                UpstreamCluster.await(
                        10, "the pod runs", () -> pods(client, "Running").size() == 1);
                UpstreamCluster.await(10, "the lease is there", () -> renewTime(client) != null);
            }
            var before = client.pods().withName("stays").get().getStatus();
            var renewed = renewTime(client);
            try (var second = SimulatedNodes.start(client, 1)) {
                UpstreamCluster.await(10, "the lease is renewed", () -> !renewed.equals(renewTime(client)));
                assertThat(client.pods().withName("stays").get().getStatus().getContainerStatuses())
                        .isEqualTo(before.getContainerStatuses());
                client.pods().withName("stays").delete();
                UpstreamCluster.await(
                        10,
                        "the pod is gone",
                        () -> client.pods().list().getItems().isEmpty());
            }
        }
    }

    private static ZonedDateTime renewTime(KubernetesClient client) {
        var lease = client.leases()
                .inNamespace("kube-node-lease")
                .withName("simulated-0")
                .get();
        return lease == null ? null : lease.getSpec().getRenewTime();
    }

    private static boolean ready(Node node) {
        return node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static List<Pod> pods(KubernetesClient client, String phase) {
        return client.pods().list().getItems().stream()
                .filter(pod -> phase.equals(pod.getStatus().getPhase()))
                .toList();
    }

    private static void create(KubernetesClient client, Pod pod) {
        client.pods().resource(pod).create();
    }

    private static Pod pod(String name, String node, String restartPolicy, Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "web")
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withRestartPolicy(restartPolicy)
                .addNewContainer()
                .withName("main")
                .withImage("image")
                .endContainer()
                .endSpec()
                .build();
    }
}
