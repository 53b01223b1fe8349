package io.kybern.node.runtime.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxState;
import io.kybern.node.runtime.cri.v1.ListPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.ListPodSandboxResponse;
import io.kybern.node.runtime.cri.v1.PodIP;
import io.kybern.node.runtime.cri.v1.PodSandbox;
import io.kybern.node.runtime.cri.v1.PodSandboxMetadata;
import io.kybern.node.runtime.cri.v1.PodSandboxNetworkStatus;
import io.kybern.node.runtime.cri.v1.PodSandboxState;
import io.kybern.node.runtime.cri.v1.PodSandboxStatus;
import io.kybern.node.runtime.cri.v1.PodSandboxStatusRequest;
import io.kybern.node.runtime.cri.v1.PodSandboxStatusResponse;
import io.kybern.node.runtime.cri.v1.RemovePodSandboxRequest;
import io.kybern.node.runtime.cri.v1.RemovePodSandboxResponse;
import io.kybern.node.runtime.cri.v1.RunPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.RunPodSandboxResponse;
import io.kybern.node.runtime.cri.v1.StopPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.StopPodSandboxResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CriSandboxesTest {
    private static final PodIdentity WEB = new PodIdentity("default", "web", "uid-web");
    private static final PodIdentity OTHER = new PodIdentity("default", "other", "uid-other");
    private static final String OURS = "us";

    @TempDir
    private Path directory;

    private final List<PodSandbox> all = new CopyOnWriteArrayList<>();
    private final List<String> gone = new CopyOnWriteArrayList<>();
    private final List<String> stopped = new CopyOnWriteArrayList<>();
    private final List<String> removed = new CopyOnWriteArrayList<>();
    private FakeRuntime runtime;
    private CriConnection connection;
    private CriSandboxes sandboxes;

    @BeforeEach
    void connect() throws IOException {
        Path socket = directory.resolve("cri.sock");
        runtime = new FakeRuntime(socket);
        connection = new CriConnection(socket);
        sandboxes = new CriSandboxes(connection, OURS);
        runtime.on(
                "ListPodSandbox",
                ListPodSandboxRequest.getDefaultInstance(),
                ListPodSandboxResponse.getDefaultInstance(),
                request -> ListPodSandboxResponse.newBuilder()
                        .addAllItems(all.stream()
                                .filter(sandbox -> sandbox.getLabelsMap()
                                        .entrySet()
                                        .containsAll(request.getFilter()
                                                .getLabelSelectorMap()
                                                .entrySet()))
                                .toList())
                        .build());
        runtime.on(
                "StopPodSandbox",
                StopPodSandboxRequest.getDefaultInstance(),
                StopPodSandboxResponse.getDefaultInstance(),
                request -> {
                    stopped.add(existing(request.getPodSandboxId()));
                    return StopPodSandboxResponse.getDefaultInstance();
                });
        runtime.on(
                "RemovePodSandbox",
                RemovePodSandboxRequest.getDefaultInstance(),
                RemovePodSandboxResponse.getDefaultInstance(),
                request -> {
                    removed.add(existing(request.getPodSandboxId()));
                    return RemovePodSandboxResponse.getDefaultInstance();
                });
    }

    @AfterEach
    void close() {
        connection.close();
        runtime.close();
    }

    private String existing(String id) {
        if (gone.contains(id)) {
            throw Status.NOT_FOUND.asRuntimeException();
        }
        return id;
    }

    private void sandbox(String id, PodIdentity pod, String owner, long createdAt) {
        Map<String, String> labels = new HashMap<>(CriMessages.labels(pod));
        labels.put(CriMessages.OWNER, owner);
        all.add(PodSandbox.newBuilder()
                .setId(id)
                .setMetadata(PodSandboxMetadata.newBuilder().setAttempt(2))
                .setCreatedAt(createdAt)
                .putAllLabels(labels)
                .build());
    }

    private void status(PodSandboxState state, String... addresses) {
        PodSandboxNetworkStatus.Builder network = PodSandboxNetworkStatus.newBuilder();
        for (int i = 0; i < addresses.length; i++) {
            if (i == 0) {
                network.setIp(addresses[i]);
            } else {
                network.addAdditionalIps(PodIP.newBuilder().setIp(addresses[i]));
            }
        }
        runtime.on(
                "PodSandboxStatus",
                PodSandboxStatusRequest.getDefaultInstance(),
                PodSandboxStatusResponse.getDefaultInstance(),
                request -> PodSandboxStatusResponse.newBuilder()
                        .setStatus(PodSandboxStatus.newBuilder()
                                .setId(existing(request.getPodSandboxId()))
                                .setState(state)
                                .setNetwork(network))
                        .build());
    }

    @Test
    void podsAreOursAndToldOnce() {
        sandbox("web-0", WEB, OURS, 1);
        sandbox("web-1", WEB, OURS, 2);
        sandbox("other-0", OTHER, "somebody else", 3);
        sandbox("nameless", new PodIdentity("", "", ""), OURS, 4);
        assertThat(sandboxes.pods()).containsExactly(WEB);
    }

    @Test
    void theNewestIsTheOneMadeLast() {
        assertThat(sandboxes.newest(WEB)).isEmpty();
        sandbox("web-1", WEB, OURS, 2);
        sandbox("web-0", WEB, OURS, 1);
        sandbox("other-0", OTHER, OURS, 3);
        assertThat(sandboxes.newest(WEB).map(PodSandbox::getId)).contains("web-1");
    }

    @Test
    void theStateTellsAllAddresses() {
        sandbox("web-0", WEB, OURS, 1);
        PodSandbox web = sandboxes.newest(WEB).orElseThrow();
        status(PodSandboxState.SANDBOX_READY, "10.0.0.1", "fd00::1");
        assertThat(sandboxes.state(web)).contains(new SandboxState("web-0", 2, true, List.of("10.0.0.1", "fd00::1")));
        status(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(sandboxes.state(web)).contains(new SandboxState("web-0", 2, false, List.of()));
        gone.add("web-0");
        assertThat(sandboxes.state(web)).isEmpty();
    }

    @Test
    void allOfAPodAreStoppedAndRemovedThoughSomeAreGone() {
        sandbox("web-0", WEB, OURS, 1);
        sandbox("web-1", WEB, OURS, 2);
        sandbox("web-2", WEB, OURS, 3);
        sandbox("other-0", OTHER, OURS, 4);
        gone.add("web-1");
        sandboxes.stop(WEB);
        sandboxes.remove(WEB);
        assertThat(stopped).containsExactly("web-0", "web-2");
        assertThat(removed).containsExactly("web-0", "web-2");
    }

    @Test
    void newOnesSayWhoseTheyAre() {
        List<Map<String, String>> labels = new ArrayList<>();
        runtime.on(
                "RunPodSandbox",
                RunPodSandboxRequest.getDefaultInstance(),
                RunPodSandboxResponse.getDefaultInstance(),
                request -> {
                    labels.add(request.getConfig().getLabelsMap());
                    return RunPodSandboxResponse.getDefaultInstance();
                });
        sandboxes.run(spec());
        assertThat(labels).hasSize(1);
        assertThat(labels.getFirst())
                .containsEntry(CriMessages.OWNER, OURS)
                .containsEntry(CriMessages.POD_UID, "uid-web");
    }

    @Test
    void oneThatCannotBeMadeIsAFailureOfThePod() {
        runtime.on(
                "RunPodSandbox",
                RunPodSandboxRequest.getDefaultInstance(),
                RunPodSandboxResponse.getDefaultInstance(),
                request -> {
                    throw Status.UNKNOWN.withDescription("no network").asRuntimeException();
                });
        assertThatThrownBy(() -> sandboxes.run(spec()))
                .isInstanceOfSatisfying(
                        ContainerFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo("CreatePodSandboxError"))
                .hasMessage("no network");
    }

    private static SandboxSpec spec() {
        return new SandboxSpec(
                WEB,
                0,
                "web",
                Map.of(),
                Map.of(),
                SandboxSpec.Namespaces.OWN,
                List.of(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                false,
                "",
                "");
    }
}
