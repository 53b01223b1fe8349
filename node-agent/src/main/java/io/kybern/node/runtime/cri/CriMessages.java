package io.kybern.node.runtime.cri;

import com.google.protobuf.ByteString;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.ContainerSpec.Security;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.ContainerState.Phase;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxState;
import io.kybern.node.runtime.cri.v1.Capability;
import io.kybern.node.runtime.cri.v1.ContainerConfig;
import io.kybern.node.runtime.cri.v1.ContainerMetadata;
import io.kybern.node.runtime.cri.v1.ContainerStatus;
import io.kybern.node.runtime.cri.v1.DNSConfig;
import io.kybern.node.runtime.cri.v1.ImageSpec;
import io.kybern.node.runtime.cri.v1.Int64Value;
import io.kybern.node.runtime.cri.v1.KeyValue;
import io.kybern.node.runtime.cri.v1.LinuxContainerConfig;
import io.kybern.node.runtime.cri.v1.LinuxContainerResources;
import io.kybern.node.runtime.cri.v1.LinuxContainerSecurityContext;
import io.kybern.node.runtime.cri.v1.LinuxPodSandboxConfig;
import io.kybern.node.runtime.cri.v1.LinuxSandboxSecurityContext;
import io.kybern.node.runtime.cri.v1.Mount;
import io.kybern.node.runtime.cri.v1.MountPropagation;
import io.kybern.node.runtime.cri.v1.NamespaceMode;
import io.kybern.node.runtime.cri.v1.NamespaceOption;
import io.kybern.node.runtime.cri.v1.PodSandbox;
import io.kybern.node.runtime.cri.v1.PodSandboxConfig;
import io.kybern.node.runtime.cri.v1.PodSandboxMetadata;
import io.kybern.node.runtime.cri.v1.PodSandboxState;
import io.kybern.node.runtime.cri.v1.PodSandboxStatus;
import io.kybern.node.runtime.cri.v1.PortMapping;
import io.kybern.node.runtime.cri.v1.Protocol;
import io.kybern.node.runtime.cri.v1.SecurityProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Between our values and CRI's messages; nothing here calls anything. */
final class CriMessages {
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER_NAME = "io.kubernetes.container.name";

    /** Paths of /proc and /sys that tell of the host, as the runtimes' own default profile hides them. */
    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** Whose sandbox it is: several node agents, or a kubelet, may share a runtime. */
    static final String OWNER = "kybern.io/owner";

    private CriMessages() {}

    static Map<String, String> labels(PodIdentity pod) {
        return Map.of(POD_NAME, pod.name(), POD_NAMESPACE, pod.namespace(), POD_UID, pod.uid());
    }

    static PodIdentity pod(Map<String, String> labels) {
        return new PodIdentity(
                labels.getOrDefault(POD_NAMESPACE, ""),
                labels.getOrDefault(POD_NAME, ""),
                labels.getOrDefault(POD_UID, ""));
    }

    static PodSandboxConfig sandbox(SandboxSpec spec) {
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.putAll(labels(spec.pod()));
        LinuxSandboxSecurityContext.Builder security = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(spec.namespaces()))
                .setPrivileged(spec.privileged())
                .setSeccomp(unconfined());
        spec.identity().ifPresent(identity -> {
            identity.user().ifPresent(user -> security.setRunAsUser(number(user)));
            if (identity.user().isPresent()) {
                identity.group().ifPresent(group -> security.setRunAsGroup(number(group)));
            }
            security.addAllSupplementalGroups(identity.supplementalGroups());
        });
        PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(spec.pod().name())
                        .setNamespace(spec.pod().namespace())
                        .setUid(spec.pod().uid())
                        .setAttempt(spec.attempt()))
                .setHostname(spec.namespaces().hostNetwork() ? "" : spec.hostname())
                .setLogDirectory(spec.logDirectory())
                .putAllLabels(labels)
                .putAllAnnotations(spec.annotations())
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(spec.cgroupParent())
                        .putAllSysctls(spec.sysctls())
                        .setSecurityContext(security));
        spec.dns()
                .ifPresent(dns -> config.setDnsConfig(DNSConfig.newBuilder()
                        .addAllServers(dns.servers())
                        .addAllSearches(dns.searches())
                        .addAllOptions(dns.options())));
        spec.ports()
                .forEach(port -> config.addPortMappings(PortMapping.newBuilder()
                        .setProtocol(Protocol.valueOf(port.protocol()))
                        .setContainerPort(port.containerPort())
                        .setHostPort(port.hostPort())
                        .setHostIp(port.hostIp())));
        return config.build();
    }

    private static NamespaceOption namespaces(SandboxSpec.Namespaces namespaces) {
        return NamespaceOption.newBuilder()
                .setNetwork(namespaces.hostNetwork() ? NamespaceMode.NODE : NamespaceMode.POD)
                .setIpc(namespaces.hostIpc() ? NamespaceMode.NODE : NamespaceMode.POD)
                .setPid(
                        namespaces.hostPid()
                                ? NamespaceMode.NODE
                                : namespaces.sharedProcesses() ? NamespaceMode.POD : NamespaceMode.CONTAINER)
                .build();
    }

    static ContainerConfig container(SandboxSpec sandbox, ContainerSpec spec) {
        Map<String, String> labels = new HashMap<>(labels(sandbox.pod()));
        labels.put(CONTAINER_NAME, spec.name());
        ContainerConfig.Builder config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(spec.name()).setAttempt(spec.attempt()))
                .setImage(ImageSpec.newBuilder().setImage(spec.imageReference()))
                .addAllCommand(spec.command())
                .addAllArgs(spec.arguments())
                .setWorkingDir(spec.workingDirectory())
                .putAllLabels(labels)
                .putAllAnnotations(spec.annotations())
                .setLogPath(spec.logPath())
                .setStdin(spec.stdin())
                .setStdinOnce(spec.stdinOnce())
                .setTty(spec.tty())
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(resources(spec.resources()))
                        .setSecurityContext(
                                security(spec.security()).setNamespaceOptions(namespaces(sandbox.namespaces()))));
        spec.environment()
                .forEach((name, value) ->
                        config.addEnvs(KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value))));
        spec.mounts().forEach(mount -> config.addMounts(mount(mount)));
        return config.build();
    }

    private static Mount mount(ContainerSpec.Mount mount) {
        return Mount.newBuilder()
                .setHostPath(mount.hostPath())
                .setContainerPath(mount.containerPath())
                .setReadonly(mount.readOnly())
                .setPropagation(
                        switch (mount.propagation()) {
                            case PRIVATE -> MountPropagation.PROPAGATION_PRIVATE;
                            case HOST_TO_CONTAINER -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                            case BIDIRECTIONAL -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
                        })
                .build();
    }

    private static LinuxContainerResources resources(ContainerSpec.Resources resources) {
        return LinuxContainerResources.newBuilder()
                .setCpuShares(resources.cpuShares())
                .setCpuQuota(resources.cpuQuota())
                .setCpuPeriod(resources.cpuPeriod())
                .setMemoryLimitInBytes(resources.memoryLimit())
                .setOomScoreAdj(resources.oomScoreAdjustment())
                .build();
    }

    private static LinuxContainerSecurityContext.Builder security(Security security) {
        LinuxContainerSecurityContext.Builder context = LinuxContainerSecurityContext.newBuilder()
                .setPrivileged(security.privileged())
                .setReadonlyRootfs(security.readOnlyRoot())
                .setNoNewPrivs(security.noNewPrivileges())
                .addAllSupplementalGroups(security.supplementalGroups())
                .setCapabilities(Capability.newBuilder()
                        .addAllAddCapabilities(security.addedCapabilities())
                        .addAllDropCapabilities(security.droppedCapabilities()))
                .setSeccomp(
                        security.seccompUnconfined()
                                ? unconfined()
                                : SecurityProfile.newBuilder()
                                        .setProfileType(SecurityProfile.ProfileType.RuntimeDefault)
                                        .build());
        security.user().ifPresent(user -> {
            context.setRunAsUser(number(user));
            security.group().ifPresent(group -> context.setRunAsGroup(number(group)));
        });
        if (!security.privileged() && !security.unmaskedProc()) {
            context.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        return context;
    }

    private static SecurityProfile unconfined() {
        return SecurityProfile.newBuilder()
                .setProfileType(SecurityProfile.ProfileType.Unconfined)
                .build();
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    /** The first address is the one that the pod is known by. */
    static SandboxState state(PodSandbox sandbox, PodSandboxStatus status) {
        var addresses = new ArrayList<String>();
        if (!status.getNetwork().getIp().isEmpty()) {
            addresses.add(status.getNetwork().getIp());
            status.getNetwork().getAdditionalIpsList().forEach(more -> addresses.add(more.getIp()));
        }
        return new SandboxState(
                sandbox.getId(),
                sandbox.getMetadata().getAttempt(),
                status.getState() == PodSandboxState.SANDBOX_READY,
                addresses);
    }

    /** @param scheme such as {@code containerd://} */
    static ContainerState state(String scheme, ContainerStatus status, String message) {
        Phase phase = switch (status.getState()) {
            case CONTAINER_CREATED -> Phase.CREATED;
            case CONTAINER_RUNNING -> Phase.RUNNING;
            case CONTAINER_EXITED, CONTAINER_UNKNOWN, UNRECOGNIZED -> Phase.EXITED;
        };
        return new ContainerState(
                scheme + status.getId(),
                status.getMetadata().getName(),
                status.getMetadata().getAttempt(),
                phase,
                status.getImage().getImage(),
                status.getImageRef(),
                time(status.getStartedAt()),
                phase == Phase.EXITED ? time(status.getFinishedAt()) : Optional.empty(),
                status.getExitCode(),
                phase == Phase.EXITED ? reason(status) : "",
                message);
    }

    private static String reason(ContainerStatus status) {
        if (!status.getReason().isEmpty()) {
            return status.getReason();
        }
        return status.getExitCode() == 0 ? "Completed" : "Error";
    }

    private static Optional<Instant> time(long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(0, nanos));
    }
}
