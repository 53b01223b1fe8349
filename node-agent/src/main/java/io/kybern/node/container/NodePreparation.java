package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.kybern.node.NodeAgentConfig;
import io.kybern.node.client.ClusterObjects;
import io.kybern.node.client.EventSink;
import io.kybern.node.pod.ContainerPreparation;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.probe.LifecycleHooks;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.ContainerSpec.Mount;
import io.kybern.node.runtime.ContainerSpec.Mount.Propagation;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxState;
import io.kybern.node.runtime.cri.TerminationMessage;
import io.kybern.node.volume.PodDirectories;
import io.kybern.node.volume.Trees;
import io.kybern.node.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ContainerPreparation} for containers that really run. */
public final class NodePreparation implements ContainerPreparation {
    private final NodeAgentConfig config;
    private final ContainerRuntime runtime;
    private final PodDirectories directories;
    private final Volumes volumes;
    private final EnvironmentResolver environment;
    private final ImagePolicy images;
    private final LifecycleHooks hooks;
    private final Map<String, Quantity> capacity;

    public NodePreparation(
            NodeAgentConfig config,
            ContainerRuntime runtime,
            ClusterObjects objects,
            Volumes volumes,
            LifecycleHooks hooks,
            EventSink events,
            Map<String, Quantity> capacity) {
        this.config = config;
        this.runtime = runtime;
        this.directories = new PodDirectories(config.root());
        this.volumes = volumes;
        this.environment = new EnvironmentResolver(objects, config.addresses(), capacity);
        this.images = new ImagePolicy(runtime.images(), objects, events);
        this.hooks = hooks;
        this.capacity = capacity;
    }

    @Override
    public SandboxSpec sandbox(Pod pod, int attempt) {
        Path logs = logs(pod);
        try {
            Files.createDirectories(logs);
        } catch (IOException e) {
            throw new ContainerFailure("CreatePodSandboxError", "no log directory: " + e, e);
        }
        return SandboxRules.of(pod, attempt, config.dns(), ResolverFile.read(), config.cgroupRoot(), logs.toString());
    }

    private Path logs(Pod pod) {
        var metadata = pod.getMetadata();
        return config.podLogs().resolve(metadata.getNamespace() + "_" + metadata.getName() + "_" + metadata.getUid());
    }

    @Override
    public ImageRecord image(Pod pod, Container container, SandboxSpec sandbox) {
        return images.image(pod, container, sandbox);
    }

    @Override
    public ContainerSpec container(Pod pod, Container container, int attempt, ImageRecord image, PodState actual) {
        List<String> addresses = addresses(pod, actual);
        Map<String, String> variables = environment.resolve(pod, container, addresses);
        try {
            Path lastWords = directories.terminationFile(pod.getMetadata().getUid(), container.getName(), attempt);
            List<Mount> mounts = mounts(pod, container, variables);
            hosts(pod, addresses, mounts);
            lastWords(container, lastWords, mounts);
            Files.createDirectories(logs(pod).resolve(container.getName()));
            return new ContainerSpec(
                    container.getName(),
                    attempt,
                    container.getImage(),
                    image.reference(),
                    expand(container.getCommand(), variables),
                    expand(container.getArgs(), variables),
                    container.getWorkingDir() == null ? "" : container.getWorkingDir(),
                    variables,
                    mounts,
                    annotations(container, lastWords),
                    SecurityRules.of(pod, container, image),
                    ResourceRules.of(pod, container, capacity),
                    container.getName() + "/" + attempt + ".log",
                    Boolean.TRUE.equals(container.getStdin()),
                    Boolean.TRUE.equals(container.getStdinOnce()),
                    Boolean.TRUE.equals(container.getTty()),
                    Optional.empty());
        } catch (IOException e) {
            throw new ContainerFailure("CreateContainerConfigError", e.toString(), e);
        }
    }

    private List<String> addresses(Pod pod, PodState actual) {
        return PodContainers.hostNetwork(pod)
                ? config.addresses()
                : actual.sandbox().map(SandboxState::addresses).orElse(List.of());
    }

    private static List<String> expand(List<String> words, Map<String, String> variables) {
        return words.stream().map(word -> Expansion.expand(word, variables)).toList();
    }

    private static Map<String, String> annotations(Container container, Path lastWords) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(TerminationMessage.FILE, lastWords.toString());
        if ("FallbackToLogsOnError".equals(container.getTerminationMessagePolicy())) {
            annotations.put(TerminationMessage.LOG_FALLBACK, "true");
        }
        return annotations;
    }

    private List<Mount> mounts(Pod pod, Container container, Map<String, String> variables) throws IOException {
        Map<String, Path> paths = volumes.mount(pod);
        List<Mount> mounts = new ArrayList<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            Path source = paths.get(mount.getName());
            if (source == null) {
                throw new ContainerFailure("CreateContainerConfigError", "no volume named " + mount.getName());
            }
            mounts.add(new Mount(
                    subPath(source, mount, variables).toString(),
                    mount.getMountPath().startsWith("/") ? mount.getMountPath() : "/" + mount.getMountPath(),
                    Boolean.TRUE.equals(mount.getReadOnly()),
                    propagation(mount)));
        }
        return mounts;
    }

    private static Path subPath(Path volume, VolumeMount mount, Map<String, String> variables) throws IOException {
        String sub = mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty()
                ? Expansion.expand(mount.getSubPathExpr(), variables)
                : mount.getSubPath();
        if (sub == null || sub.isEmpty()) {
            return volume;
        }
        Path path = volume.resolve(sub).normalize();
        if (sub.startsWith("/") || !path.startsWith(volume)) {
            throw new ContainerFailure("CreateContainerConfigError", "subPath leaves its volume: " + sub);
        }
        if (!Files.exists(path)) {
            Files.createDirectories(path);
            Files.setAttribute(path, "unix:mode", 0777);
        }
        return leaf(volume, path);
    }

    /** The real place of a sub-path, which must lie in the volume whatever links a container made there. */
    private static Path leaf(Path volume, Path path) throws IOException {
        Path real = path.toRealPath();
        if (!real.startsWith(volume.toRealPath())) {
            throw new ContainerFailure("CreateContainerConfigError", "subPath leads out of its volume: " + path);
        }
        return real;
    }

    private static Propagation propagation(VolumeMount mount) {
        return switch (mount.getMountPropagation() == null ? "None" : mount.getMountPropagation()) {
            case "HostToContainer" -> Propagation.HOST_TO_CONTAINER;
            case "Bidirectional" -> Propagation.BIDIRECTIONAL;
            default -> Propagation.PRIVATE;
        };
    }

    private void hosts(Pod pod, List<String> addresses, List<Mount> mounts) throws IOException {
        if (mounts.stream().anyMatch(mount -> mount.containerPath().equals("/etc/hosts"))) {
            return;
        }
        Path file = directories.hosts(pod.getMetadata().getUid());
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                PodContainers.hostNetwork(pod)
                        ? HostsFile.ofHostNetwork(pod, Files.readString(Path.of("/etc/hosts")))
                        : HostsFile.of(pod, addresses, config.dns()));
        mounts.add(new Mount(file.toString(), "/etc/hosts", false, Propagation.PRIVATE));
    }

    private static void lastWords(Container container, Path file, List<Mount> mounts) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file);
            Files.setAttribute(file, "unix:mode", 0666);
        }
        String path = container.getTerminationMessagePath() == null
                ? "/dev/termination-log"
                : container.getTerminationMessagePath();
        mounts.add(new Mount(file.toString(), path, false, Propagation.PRIVATE));
    }

    @Override
    public void started(Pod pod, Container container, String containerId, PodState actual) {
        hooks.postStart(container, containerId, address(pod, actual));
    }

    @Override
    public Duration beforeStop(Pod pod, Container container, String containerId, Duration grace) {
        if (container.getLifecycle() == null) {
            return grace;
        }
        PodState actual = runtime.observe(PodContainers.identity(pod));
        return hooks.preStop(container, containerId, address(pod, actual), grace);
    }

    private String address(Pod pod, PodState actual) {
        List<String> addresses = addresses(pod, actual);
        return addresses.isEmpty() ? "" : addresses.getFirst();
    }

    @Override
    public void release(Pod pod) {
        volumes.release(pod);
        try {
            Trees.delete(logs(pod));
            PodCgroups.remove(SandboxRules.cgroup(pod, config.cgroupRoot()));
        } catch (IOException e) {
            throw new ContainerFailure("FailedUnmount", "the pod's files could not be removed: " + e, e);
        }
    }
}
