package io.kybern.node.runtime.cri;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxState;
import io.kybern.node.runtime.cri.v1.ContainerFilter;
import io.kybern.node.runtime.cri.v1.ContainerStatus;
import io.kybern.node.runtime.cri.v1.ContainerStatusRequest;
import io.kybern.node.runtime.cri.v1.ContainerStatusResponse;
import io.kybern.node.runtime.cri.v1.CreateContainerRequest;
import io.kybern.node.runtime.cri.v1.CreateContainerResponse;
import io.kybern.node.runtime.cri.v1.ExecSyncRequest;
import io.kybern.node.runtime.cri.v1.ExecSyncResponse;
import io.kybern.node.runtime.cri.v1.ListContainersRequest;
import io.kybern.node.runtime.cri.v1.ListContainersResponse;
import io.kybern.node.runtime.cri.v1.PodSandbox;
import io.kybern.node.runtime.cri.v1.RemoveContainerRequest;
import io.kybern.node.runtime.cri.v1.RemoveContainerResponse;
import io.kybern.node.runtime.cri.v1.RuntimeCondition;
import io.kybern.node.runtime.cri.v1.StartContainerRequest;
import io.kybern.node.runtime.cri.v1.StartContainerResponse;
import io.kybern.node.runtime.cri.v1.StatusRequest;
import io.kybern.node.runtime.cri.v1.StatusResponse;
import io.kybern.node.runtime.cri.v1.StopContainerRequest;
import io.kybern.node.runtime.cri.v1.StopContainerResponse;
import io.kybern.node.runtime.cri.v1.VersionRequest;
import io.kybern.node.runtime.cri.v1.VersionResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * {@link ContainerRuntime} over CRI. Changes are noticed by listing the containers once a second, as upstream's generic
 * PLEG does: the oldest supported runtime has no event stream.
 */
public final class CriRuntime implements ContainerRuntime {
    private static final int EXEC_OUTPUT = 16 << 10;

    private final CriConnection connection;
    private final RuntimeVersion version;
    private final String scheme;
    private final CriSandboxes sandboxes;
    private final CriImages images;
    private final CriStreams streams;
    private final CriWatcher watcher;

    /**
     * @param socket the runtime's unix socket, such as {@code /run/containerd/containerd.sock}
     * @param owner names this node agent for ever; pods of others on the same runtime are left alone
     * @param timers wakes the once-a-second look
     */
    public CriRuntime(Path socket, String owner, ScheduledExecutorService timers) {
        connection = new CriConnection(socket);
        version = askVersion();
        scheme = version.name() + "://";
        sandboxes = new CriSandboxes(connection, owner);
        images = new CriImages(connection);
        streams = new CriStreams(connection);
        watcher = new CriWatcher(connection, timers);
    }

    private RuntimeVersion askVersion() {
        try {
            VersionResponse answer = connection.runtime(
                    "Version",
                    VersionRequest.newBuilder().setVersion("v1").build(),
                    VersionResponse.getDefaultInstance());
            return new RuntimeVersion(answer.getRuntimeName(), answer.getRuntimeVersion());
        } catch (StatusRuntimeException e) {
            connection.close();
            throw new IllegalStateException("the container runtime does not answer: " + e.getStatus(), e);
        }
    }

    @Override
    public RuntimeVersion version() {
        return version;
    }

    @Override
    public Optional<String> unreadiness() {
        try {
            List<String> broken = connection
                    .runtime("Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance())
                    .getStatus()
                    .getConditionsList()
                    .stream()
                    .filter(condition -> !condition.getStatus())
                    .map(CriRuntime::describe)
                    .toList();
            return broken.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", broken));
        } catch (StatusRuntimeException e) {
            return Optional.of("container runtime is down: " + e.getStatus().getDescription());
        }
    }

    private static String describe(RuntimeCondition condition) {
        return "container runtime " + condition.getType() + "=false reason:" + condition.getReason() + " message:"
                + condition.getMessage();
    }

    @Override
    public List<PodIdentity> pods() {
        return sandboxes.pods();
    }

    @Override
    public PodState observe(PodIdentity pod) {
        Optional<SandboxState> sandbox = sandboxes.newest(pod).flatMap(sandboxes::state);
        ListContainersRequest request = ListContainersRequest.newBuilder()
                .setFilter(ContainerFilter.newBuilder().putLabelSelector(CriMessages.POD_UID, pod.uid()))
                .build();
        List<ContainerState> containers = connection
                .runtime("ListContainers", request, ListContainersResponse.getDefaultInstance())
                .getContainersList()
                .stream()
                .flatMap(container -> status(container.getId()).stream())
                .map(status -> CriMessages.state(scheme, status, TerminationMessage.of(status)))
                .toList();
        return new PodState(sandbox, containers);
    }

    private Optional<ContainerStatus> status(String id) {
        return CriErrors.unlessMissing(() -> connection
                .runtime(
                        "ContainerStatus",
                        ContainerStatusRequest.newBuilder().setContainerId(id).build(),
                        ContainerStatusResponse.getDefaultInstance())
                .getStatus());
    }

    @Override
    public void startSandbox(SandboxSpec spec) {
        sandboxes.run(spec);
    }

    @Override
    public String createContainer(SandboxSpec sandbox, ContainerSpec spec) {
        PodSandbox home = sandboxes
                .newest(sandbox.pod())
                .orElseThrow(() -> new ContainerFailure("CreateContainerError", "the pod has no sandbox"));
        try {
            return scheme
                    + connection
                            .runtime(
                                    "CreateContainer",
                                    CreateContainerRequest.newBuilder()
                                            .setPodSandboxId(home.getId())
                                            .setConfig(CriMessages.container(sandbox, spec))
                                            .setSandboxConfig(CriMessages.sandbox(sandbox))
                                            .build(),
                                    CreateContainerResponse.getDefaultInstance())
                            .getContainerId();
        } catch (StatusRuntimeException e) {
            throw CriErrors.failure("CreateContainerError", e);
        }
    }

    @Override
    public void startContainer(String containerId) {
        try {
            connection.runtime(
                    "StartContainer",
                    StartContainerRequest.newBuilder()
                            .setContainerId(bare(containerId))
                            .build(),
                    StartContainerResponse.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            throw CriErrors.failure("RunContainerError", e);
        }
        watcher.look();
    }

    @Override
    public void stopContainer(String containerId, Duration grace) {
        CriErrors.unlessMissing(() -> connection.runtime(
                "StopContainer",
                StopContainerRequest.newBuilder()
                        .setContainerId(bare(containerId))
                        .setTimeout(grace.toSeconds())
                        .build(),
                StopContainerResponse.getDefaultInstance(),
                CriConnection.TIMEOUT.plus(grace)));
    }

    @Override
    public void removeContainer(String containerId) {
        CriErrors.unlessMissing(() -> connection.runtime(
                "RemoveContainer",
                RemoveContainerRequest.newBuilder()
                        .setContainerId(bare(containerId))
                        .build(),
                RemoveContainerResponse.getDefaultInstance()));
    }

    @Override
    public void stopSandbox(PodIdentity pod) {
        sandboxes.stop(pod);
    }

    @Override
    public void remove(PodIdentity pod) {
        sandboxes.remove(pod);
    }

    @Override
    public ImageStore images() {
        return images;
    }

    @Override
    public AutoCloseable subscribe(Consumer<String> podUid) {
        return watcher.subscribe(podUid);
    }

    @Override
    public ExecResult exec(String containerId, List<String> command, Duration timeout) {
        try {
            ExecSyncResponse answer = connection.runtime(
                    "ExecSync",
                    ExecSyncRequest.newBuilder()
                            .setContainerId(bare(containerId))
                            .addAllCmd(command)
                            .setTimeout(Math.max(1, timeout.toSeconds()))
                            .build(),
                    ExecSyncResponse.getDefaultInstance(),
                    timeout.plusSeconds(10));
            String output =
                    answer.getStdout().toStringUtf8() + answer.getStderr().toStringUtf8();
            return new ExecResult(
                    answer.getExitCode(), output.substring(0, Math.min(output.length(), EXEC_OUTPUT)), false);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                return new ExecResult(-1, "command timed out: " + String.join(" ", command), true);
            }
            throw CriErrors.failure("ExecError", e);
        }
    }

    @Override
    public void logs(String containerId, LogOptions options, LogSink sink) throws IOException {
        ContainerStatus status = status(bare(containerId))
                .orElseThrow(() -> new ContainerFailure("NotFound", "no such container: " + containerId));
        CriLog.read(
                Path.of(status.getLogPath()),
                options,
                sink,
                () -> status(bare(containerId))
                        .map(now -> now.getState() == io.kybern.node.runtime.cri.v1.ContainerState.CONTAINER_RUNNING)
                        .orElse(false));
    }

    @Override
    public StreamSession stream(String containerId, StreamOptions options, StreamOutput output) {
        return streams.process(bare(containerId), options, output);
    }

    @Override
    public PortConnection connect(PodIdentity pod, int port, PortOutput output) {
        PodSandbox sandbox =
                sandboxes.newest(pod).orElseThrow(() -> new ContainerFailure("NotFound", "the pod has no sandbox"));
        return streams.port(sandbox.getId(), port, output);
    }

    private static String bare(String containerId) {
        int scheme = containerId.indexOf("://");
        return scheme < 0 ? containerId : containerId.substring(scheme + 3);
    }

    @Override
    public void close() {
        watcher.close();
        connection.close();
    }
}
