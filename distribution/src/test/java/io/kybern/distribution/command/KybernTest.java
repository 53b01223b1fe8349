package io.kybern.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says without starting anything. */
class KybernTest {
    @TempDir
    Path home;

    private CommandLine.Outcome kybern(String... arguments) {
        return new CommandLine(home).run(arguments);
    }

    private ClusterDirectory directory() {
        return ClusterDirectory.ofName("default", Map.of(), home);
    }

    @Test
    void aPortThatIsTakenIsToldAndNothingIsStarted() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            CommandLine.Outcome up = kybern("up", "--port=" + taken.getLocalPort());
            assertThat(up.code()).isEqualTo(1);
            assertThat(up.err())
                    .startsWith("kybern: cannot listen on port " + taken.getLocalPort())
                    .contains("kybern up --port " + (taken.getLocalPort() + 1))
                    .hasLineCount(1);
        }
        assertThat(directory().root()).doesNotExist();
        assertThat(home.resolve(".kube")).doesNotExist();
    }

    @Test
    void dataOfANewerVersionIsLeftAlone() throws IOException {
        Files.createDirectories(directory().root());
        Files.writeString(directory().root().resolve("format"), "999\n");
        CommandLine.Outcome up = kybern("up", "--port=0");
        assertThat(up.code()).isEqualTo(1);
        assertThat(up.err())
                .contains("was written by a newer Kybern (format 999")
                .hasLineCount(1);
        assertThat(ServerRecord.running(directory())).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefusedBeforeAnythingStarts() {
        assertThat(kybern("up", "--servce-cluster-ip-range=10.0.0.0/24").err())
                .isEqualTo(
                        "kybern: unknown flag --servce-cluster-ip-range; did you mean --service-cluster-ip-range?\n");
        assertThat(kybern("up", "--store=etcd://127.0.0.1").err()).contains("not HOST:PORT: \"127.0.0.1\"");
        assertThat(kybern("up", "--components=api,schduler").err()).contains("did you mean scheduler?");
        assertThat(kybern("up", "--name=No_Good").code()).isEqualTo(2);
        assertThat(kybern("pu").err()).contains("did you mean up?");
        assertThat(kybern("up", "--runtime=containerd", "--nodes=3").err()).contains("--runtime simulated");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void containerdIsUsedWhereItIsOnly() {
        CommandLine.Outcome up = kybern(
                "up", "--runtime=containerd", "--container-runtime-endpoint=unix://" + home.resolve("none.sock"));
        assertThat(up.code()).isEqualTo(2);
        assertThat(up.err()).contains("--runtime simulated").hasLineCount(1);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void loadNeedsAnArchive() {
        assertThat(kybern("load").err()).contains("takes one IMAGE.tar");
        assertThat(kybern("load", home.resolve("none.tar").toString()).err()).contains("cannot read");
    }

    @Test
    void helpListsEveryFlag() {
        assertThat(kybern("up", "--help").out()).contains("--service-cluster-ip-range CIDR", "(default 6443)");
        assertThat(kybern("--help").out()).contains("status", "kubeconfig", "reset");
    }
}
