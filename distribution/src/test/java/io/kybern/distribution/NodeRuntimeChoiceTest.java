package io.kybern.distribution;

import static io.kybern.distribution.NodeRuntime.AUTO;
import static io.kybern.distribution.NodeRuntime.CONTAINERD;
import static io.kybern.distribution.NodeRuntime.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeRuntimeChoiceTest {
    private static final Path SOCKET = Path.of("/run/containerd/containerd.sock");

    private static NodeRuntimeChoice machine(boolean root, boolean listening) {
        return new NodeRuntimeChoice(root, SOCKET, listening);
    }

    @Test
    void containerdIsChosenWhereItCanBe() {
        assertThat(machine(true, true).choose(AUTO, 1)).isEqualTo(CONTAINERD);
        assertThat(machine(true, true).choose(AUTO, 2)).isEqualTo(SIMULATED);
        assertThat(machine(false, true).choose(AUTO, 1)).isEqualTo(SIMULATED);
        assertThat(machine(true, false).choose(AUTO, 1)).isEqualTo(SIMULATED);
        assertThat(machine(true, true).choose(SIMULATED, 1)).isEqualTo(SIMULATED);
    }

    @Test
    void whoAsksForContainerdIsToldWhyNot() {
        assertThatThrownBy(() -> machine(false, true).choose(CONTAINERD, 1)).hasMessageContaining("needs root");
        assertThatThrownBy(() -> machine(true, false).choose(CONTAINERD, 1))
                .hasMessageContaining("does not listen at " + SOCKET);
        assertThatThrownBy(() -> machine(true, true).choose(CONTAINERD, 3))
                .hasMessageContaining("for 3 nodes use --runtime simulated");
    }
}
