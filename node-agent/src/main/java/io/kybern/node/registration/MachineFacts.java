package io.kybern.node.registration;

import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.NodeSystemInfoBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What this machine is, as Linux tells it. */
public final class MachineFacts {
    private static final int KIBIBYTE = 1024;

    private MachineFacts() {}

    /** @param root the node agent's directory, whose file system is the node's ephemeral storage */
    public static Map<String, Quantity> capacity(Path root, int maxPods) {
        Map<String, Quantity> capacity = new HashMap<>();
        capacity.put("cpu", new Quantity(String.valueOf(Runtime.getRuntime().availableProcessors())));
        capacity.put("memory", new Quantity(memoryKibibytes() + "Ki"));
        capacity.put("ephemeral-storage", new Quantity(storageBytes(root) / KIBIBYTE + "Ki"));
        capacity.put("pods", new Quantity(String.valueOf(maxPods)));
        return capacity;
    }

    private static long memoryKibibytes() {
        for (String line : text("/proc/meminfo").split("\n")) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        return Runtime.getRuntime().maxMemory() / KIBIBYTE;
    }

    private static long storageBytes(Path root) {
        try {
            return Files.getFileStore(root).getTotalSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    public static NodeSystemInfo info(String runtimeVersion, String version) {
        return new NodeSystemInfoBuilder()
                .withMachineID(text("/etc/machine-id"))
                .withSystemUUID(text("/sys/class/dmi/id/product_uuid"))
                .withBootID(text("/proc/sys/kernel/random/boot_id"))
                .withKernelVersion(System.getProperty("os.version"))
                .withOsImage(osImage())
                .withOperatingSystem("linux")
                .withArchitecture(architecture())
                .withContainerRuntimeVersion(runtimeVersion)
                .withKubeletVersion(version)
                .withKubeProxyVersion("")
                .build();
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    private static String osImage() {
        for (String line : text("/etc/os-release").split("\n")) {
            if (line.startsWith("PRETTY_NAME=")) {
                return line.substring("PRETTY_NAME=".length()).replace("\"", "");
            }
        }
        return "Linux";
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
