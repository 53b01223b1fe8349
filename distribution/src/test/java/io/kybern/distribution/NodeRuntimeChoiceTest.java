package io.kybern.distribution;

import static io.kybern.distribution.NodeRuntime.AUTO;
import static io.kybern.distribution.NodeRuntime.CONTAINERD;
import static io.kybern.distribution.NodeRuntime.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void theReasonOfAChoiceIsTold() {
        assertThat(machine(true, true).reason(1)).contains("by containerd at " + SOCKET);
        assertThat(machine(false, true).reason(1)).contains("simulated", "needs root");
        assertThat(machine(true, false).reason(1)).contains("simulated", "does not listen at " + SOCKET);
        assertThat(machine(true, true).reason(3)).contains("3 nodes are simulated");
    }

    @Test
    void aSocketThatNobodyServesIsNoRuntime(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("left.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThat(NodeRuntimeChoice.here(socket).listening()).isTrue();
        }
        assertThat(socket).exists();
        assertThat(NodeRuntimeChoice.here(socket).listening()).isFalse();
    }
}
