package io.kybern.node.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeObjectsTest {
    private final Instant start = Instant.parse("2026-01-01T00:00:00.5Z");
    private final NodeFacts facts = new NodeFacts(
            "n1",
            Map.of("zone", "a"),
            Map.of(),
            List.of(),
            List.of(new NodeAddress("192.0.2.1", "InternalIP")),
            Map.of("cpu", new Quantity("2")),
            Map.of("cpu", new Quantity("2")),
            info(),
            10250);

    private static NodeSystemInfo info() {
        var info = new NodeSystemInfo();
        info.setOperatingSystem("linux");
        info.setArchitecture("arm64");
        return info;
    }

    @Test
    void labelsItAsUpstream() {
        var node = NodeObjects.node(facts, NodeObjects.status(facts, Optional.empty(), Optional.empty(), start));
        assertThat(node.getMetadata().getLabels())
                .containsEntry("kubernetes.io/hostname", "n1")
                .containsEntry("kubernetes.io/os", "linux")
                .containsEntry("kubernetes.io/arch", "arm64")
                .containsEntry("zone", "a");
        assertThat(node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort())
                .isEqualTo(10250);
    }

    @Test
    void heartbeatsMoveAndTransitionsHold() {
        var first = NodeObjects.status(facts, Optional.empty(), Optional.empty(), start);
        var later = NodeObjects.status(facts, Optional.of(first), Optional.of("no runtime"), start.plusSeconds(300));
        assertThat(later.getConditions())
                .extracting(
                        NodeCondition::getType,
                        NodeCondition::getStatus,
                        NodeCondition::getLastHeartbeatTime,
                        NodeCondition::getLastTransitionTime)
                .containsExactly(
                        tuple("MemoryPressure", "False", "2026-01-01T00:05:00Z", "2026-01-01T00:00:00Z"),
                        tuple("DiskPressure", "False", "2026-01-01T00:05:00Z", "2026-01-01T00:00:00Z"),
                        tuple("PIDPressure", "False", "2026-01-01T00:05:00Z", "2026-01-01T00:00:00Z"),
                        tuple("Ready", "False", "2026-01-01T00:05:00Z", "2026-01-01T00:05:00Z"));
        assertThat(later.getConditions().getLast().getMessage()).isEqualTo("no runtime");
    }
}
