package io.kybern.operators.controller.podgc;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodFateTest {
    private static Pod pod(String node, boolean deleting) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withDeletionTimestamp(deleting ? "2026-01-01T00:00:00Z" : null)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    private static Optional<Node> node(boolean outOfService, String ready) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName("n")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .endStatus();
        if (outOfService) {
            node.editSpec()
                    .addToTaints(new TaintBuilder()
                            .withKey("node.kubernetes.io/out-of-service")
                            .withEffect("NoExecute")
                            .build())
                    .endSpec();
        }
        return Optional.of(node.build());
    }

    @Test
    void podsWithoutANodeAreFinishedWhenTheyAreDeleted() {
        assertThat(PodFate.of(pod(null, false), Optional.empty())).isEqualTo(PodFate.KEEP);
        assertThat(PodFate.of(pod(null, true), Optional.empty())).isEqualTo(PodFate.FINISH);
    }

    @Test
    void podsOfAMissingNodeAreSuspect() {
        assertThat(PodFate.of(pod("n", false), Optional.empty())).isEqualTo(PodFate.NODE_MISSING);
        assertThat(PodFate.of(pod("n", false), node(false, "True"))).isEqualTo(PodFate.KEEP);
    }

    @Test
    void onlyASilentNodeIsOutOfService() {
        assertThat(PodFate.of(pod("n", true), node(true, "Unknown"))).isEqualTo(PodFate.FINISH);
        assertThat(PodFate.of(pod("n", false), node(true, "Unknown"))).isEqualTo(PodFate.KEEP);
        assertThat(PodFate.of(pod("n", true), node(true, "True"))).isEqualTo(PodFate.KEEP);
        assertThat(PodFate.of(pod("n", true), node(false, "Unknown"))).isEqualTo(PodFate.KEEP);
    }
}
