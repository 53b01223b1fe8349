package io.kybern.node.runtime.cri;

import io.grpc.StatusRuntimeException;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxState;
import io.kybern.node.runtime.cri.v1.ListPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.ListPodSandboxResponse;
import io.kybern.node.runtime.cri.v1.PodSandbox;
import io.kybern.node.runtime.cri.v1.PodSandboxFilter;
import io.kybern.node.runtime.cri.v1.PodSandboxStatus;
import io.kybern.node.runtime.cri.v1.PodSandboxStatusRequest;
import io.kybern.node.runtime.cri.v1.PodSandboxStatusResponse;
import io.kybern.node.runtime.cri.v1.RemovePodSandboxRequest;
import io.kybern.node.runtime.cri.v1.RemovePodSandboxResponse;
import io.kybern.node.runtime.cri.v1.RunPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.RunPodSandboxResponse;
import io.kybern.node.runtime.cri.v1.StopPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.StopPodSandboxResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The runtime's sandboxes, found by the labels that they were given. A pod has more than one when another took the place of one that
 * broke. Safe for any number of threads; calls block.
 */
final class CriSandboxes {
    private final CriConnection connection;
    private final String owner;

    /** @param owner goes into the labels of new sandboxes, and tells which are ours */
    CriSandboxes(CriConnection connection, String owner) {
        this.connection = connection;
        this.owner = owner;
    }

    /** The pods of this node agent that have a sandbox, each once. */
    List<PodIdentity> pods() {
        return list(ListPodSandboxRequest.newBuilder()
                        .setFilter(PodSandboxFilter.newBuilder().putLabelSelector(CriMessages.OWNER, owner))
                        .build())
                .stream()
                .map(sandbox -> CriMessages.pod(sandbox.getLabelsMap()))
                .filter(pod -> !pod.uid().isEmpty())
                .distinct()
                .toList();
    }

    /** The sandbox of a pod that was made last; empty when it has none. */
    Optional<PodSandbox> newest(PodIdentity pod) {
        return list(pod).stream().max(Comparator.comparingLong(PodSandbox::getCreatedAt));
    }

    /** What the runtime says of a sandbox; empty when it is gone. */
    Optional<SandboxState> state(PodSandbox sandbox) {
        return CriErrors.unlessMissing(() -> {
            PodSandboxStatus status = connection
                    .runtime(
                            "PodSandboxStatus",
                            PodSandboxStatusRequest.newBuilder()
                                    .setPodSandboxId(sandbox.getId())
                                    .build(),
                            PodSandboxStatusResponse.getDefaultInstance())
                    .getStatus();
            return CriMessages.state(sandbox, status);
        });
    }

    /**
     * Makes and starts a sandbox.
     *
     * @throws ContainerFailure if the runtime can't
     */
    void run(SandboxSpec spec) {
        try {
            connection.runtime(
                    "RunPodSandbox",
                    RunPodSandboxRequest.newBuilder()
                            .setConfig(CriMessages.sandbox(spec).toBuilder().putLabels(CriMessages.OWNER, owner))
                            .build(),
                    RunPodSandboxResponse.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            throw CriErrors.failure("CreatePodSandboxError", e);
        }
    }

    /** Stops all sandboxes of a pod, and with them its containers; it is no error when they are gone. */
    void stop(PodIdentity pod) {
        list(pod)
                .forEach(sandbox -> CriErrors.unlessMissing(() -> connection.runtime(
                        "StopPodSandbox",
                        StopPodSandboxRequest.newBuilder()
                                .setPodSandboxId(sandbox.getId())
                                .build(),
                        StopPodSandboxResponse.getDefaultInstance())));
    }

    /** Removes all sandboxes of a pod, and with them its containers; it is no error when they are gone. */
    void remove(PodIdentity pod) {
        list(pod)
                .forEach(sandbox -> CriErrors.unlessMissing(() -> connection.runtime(
                        "RemovePodSandbox",
                        RemovePodSandboxRequest.newBuilder()
                                .setPodSandboxId(sandbox.getId())
                                .build(),
                        RemovePodSandboxResponse.getDefaultInstance())));
    }

    private List<PodSandbox> list(PodIdentity pod) {
        return list(ListPodSandboxRequest.newBuilder()
                .setFilter(PodSandboxFilter.newBuilder().putLabelSelector(CriMessages.POD_UID, pod.uid()))
                .build());
    }

    private List<PodSandbox> list(ListPodSandboxRequest request) {
        return connection
                .runtime("ListPodSandbox", request, ListPodSandboxResponse.getDefaultInstance())
                .getItemsList();
    }
}
