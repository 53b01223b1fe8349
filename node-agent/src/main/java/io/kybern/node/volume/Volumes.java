package io.kybern.node.volume;

import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.kybern.node.client.ClusterObjects;
import io.kybern.node.runtime.ContainerFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Lays a pod's volumes out on the host, keeps those from the API fresh, and takes them away. Calls block. */
public final class Volumes {
    private final PodDirectories directories;
    private final ProjectedFiles projected;
    private final TokenCache tokens;
    private final InstantSource clock;
    private final AtomicLong versions = new AtomicLong();

    public Volumes(
            PodDirectories directories,
            ClusterObjects objects,
            List<String> hostAddresses,
            Map<String, Quantity> allocatable,
            InstantSource clock) {
        this.directories = directories;
        this.tokens = new TokenCache(objects, clock);
        this.projected = new ProjectedFiles(objects, tokens, hostAddresses, allocatable);
        this.clock = clock;
    }

    /** The host's path of each volume, by name; what is there already stays. */
    public Map<String, Path> mount(Pod pod) {
        Map<String, Path> paths = new HashMap<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            try {
                paths.put(volume.getName(), mount(pod, volume));
            } catch (IOException e) {
                throw new ContainerFailure("FailedMount", "volume " + volume.getName() + ": " + e, e);
            }
        }
        return paths;
    }

    private Path mount(Pod pod, Volume volume) throws IOException {
        Path path = directories.volume(pod.getMetadata().getUid(), volume.getName());
        Optional<Map<String, VolumeFile>> files = projected.of(pod, volume);
        if (files.isPresent()) {
            write(pod, path, files.get());
            return path;
        }
        if (volume.getEmptyDir() != null) {
            return emptyDir(pod, volume.getEmptyDir(), path);
        }
        if (volume.getHostPath() != null) {
            return hostPath(volume.getHostPath());
        }
        throw new ContainerFailure(
                "FailedMount",
                "volume " + volume.getName() + " is of a kind that this node does not know: it knows emptyDir,"
                        + " configMap, secret, downwardAPI, projected and hostPath");
    }

    private void write(Pod pod, Path path, Map<String, VolumeFile> files) throws IOException {
        String version = clock.instant().toString().replace(':', '_') + "." + versions.incrementAndGet();
        AtomicFiles.write(path, files, version, Ownership.of(pod, false));
    }

    private static Path emptyDir(Pod pod, EmptyDirVolumeSource source, Path path) throws IOException {
        if (Files.exists(path)) {
            return path;
        }
        Files.createDirectories(path);
        if ("Memory".equals(source.getMedium())) {
            List<String> command = new ArrayList<>(List.of("mount", "-t", "tmpfs"));
            if (source.getSizeLimit() != null) {
                command.addAll(List.of(
                        "-o",
                        "size=" + source.getSizeLimit().getNumericalAmount().longValue()));
            }
            command.addAll(List.of("tmpfs", path.toString()));
            run(command);
        }
        Files.setAttribute(path, "unix:mode", 0777);
        Ownership.of(pod, true).applyToDirectory(path);
        return path;
    }

    private static Path hostPath(HostPathVolumeSource source) throws IOException {
        Path path = Path.of(source.getPath());
        String type = source.getType() == null ? "" : source.getType();
        switch (type) {
            case "DirectoryOrCreate" -> Files.createDirectories(path);
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                }
            }
            case "Directory" -> require(Files.isDirectory(path), path, "directory");
            case "File" -> require(Files.isRegularFile(path), path, "file");
            case "Socket", "CharDevice", "BlockDevice" -> require(Files.exists(path), path, type);
            default -> {
                // The runtime makes a directory of what is missing.
            }
        }
        return path;
    }

    private static void require(boolean fulfilled, Path path, String what) {
        if (!fulfilled) {
            throw new ContainerFailure("FailedMount", "hostPath type check failed: " + path + " is not a " + what);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Brings volumes whose objects changed up to date; one that can't be read stays as it is. */
    public void refresh(Pod pod) throws IOException {
        for (Volume volume : pod.getSpec().getVolumes()) {
            Path path = directories.volume(pod.getMetadata().getUid(), volume.getName());
            if (Files.exists(path)) {
                Optional<Map<String, VolumeFile>> files = projected.of(pod, volume);
                if (files.isPresent()) {
                    write(pod, path, files.get());
                }
            }
        }
    }

    /** Unmounts and removes all that was laid out for the pod. */
    public void release(Pod pod) {
        tokens.forget(pod);
        String uid = pod.getMetadata().getUid();
        try {
            for (Volume volume : pod.getSpec().getVolumes()) {
                Path path = directories.volume(uid, volume.getName());
                if (volume.getEmptyDir() != null
                        && "Memory".equals(volume.getEmptyDir().getMedium())
                        && Files.exists(path)) {
                    run(List.of("umount", path.toString()));
                }
            }
            Trees.delete(directories.pod(uid));
        } catch (IOException e) {
            throw new ContainerFailure("FailedUnmount", "the pod's volumes could not be removed: " + e, e);
        }
    }
}
