package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.junit.KybernCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Deployments from their creation to the end of their last pod, by Fabric8. */
@KybernCluster
class DeploymentLifeTest {
    private static final int PATIENCE_SECONDS = 60;

    private static Deployment deployment(String name, int replicas, String image) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(Map.of("app", name))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", name))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static void awaitAvailable(KubernetesClient client, String name, int replicas) {
        client.apps()
                .deployments()
                .inNamespace("default")
                .withName(name)
                .waitUntilCondition(
                        d -> d != null
                                && d.getStatus() != null
                                && d.getMetadata()
                                        .getGeneration()
                                        .equals(d.getStatus().getObservedGeneration())
                                && Integer.valueOf(replicas)
                                        .equals(d.getStatus().getAvailableReplicas())
                                && Integer.valueOf(replicas)
                                        .equals(d.getStatus().getUpdatedReplicas())
                                && Integer.valueOf(replicas)
                                        .equals(d.getStatus().getReplicas()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    private static List<Pod> pods(KubernetesClient client, String app) {
        return client.pods().inNamespace("default").withLabel("app", app).list().getItems();
    }

    @Test
    void replacesPodsOnUpdateAndKeepsTheOldReplicaSet(KubernetesClient client) {
        client.resource(deployment("update", 3, "a:1")).create();
        awaitAvailable(client, "update", 3);
        client.apps()
                .deployments()
                .inNamespace("default")
                .withName("update")
                .edit(d -> new DeploymentBuilder(d)
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withImage("a:2")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
        awaitAvailable(client, "update", 3);
        List<ReplicaSet> sets = client.apps()
                .replicaSets()
                .inNamespace("default")
                .withLabel("app", "update")
                .list()
                .getItems();
        assertThat(sets).extracting(s -> s.getSpec().getReplicas()).containsExactlyInAnyOrder(0, 3);
        assertThat(sets)
                .extracting(s -> s.getMetadata().getAnnotations().get("deployment.kubernetes.io/revision"))
                .containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void deletionTakesReplicaSetsAndPodsAlong(KubernetesClient client) {
        client.resource(deployment("gone", 2, "a:1")).create();
        awaitAvailable(client, "gone", 2);
        client.apps().deployments().inNamespace("default").withName("gone").delete();
        client.pods()
                .inNamespace("default")
                .withLabel("app", "gone")
                .informOnCondition(List::isEmpty)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        assertThat(client.apps()
                        .replicaSets()
                        .inNamespace("default")
                        .withLabel("app", "gone")
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void fiftyPodsRun(KubernetesClient client) {
        Instant begin = Instant.now();
        client.resource(deployment("fifty", 50, "a:1")).create();
        awaitAvailable(client, "fifty", 50);
        assertThat(pods(client, "fifty"))
                .hasSize(50)
                .allMatch(pod -> pod.getStatus().getPhase().equals("Running"));
        // generous for a busy machine: what it takes is told by the benchmarks
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(PATIENCE_SECONDS));
    }
}
