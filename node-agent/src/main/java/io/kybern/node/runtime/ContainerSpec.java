package io.kybern.node.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container needs to be: everything of the pod's spec is resolved, nothing here refers to an API object.
 *
 * @param image as the pod names it
 * @param imageReference what the runtime resolved it to
 * @param logPath relative to the sandbox's log directory
 */
public record ContainerSpec(
        String name,
        int attempt,
        String image,
        String imageReference,
        List<String> command,
        List<String> arguments,
        String workingDirectory,
        Map<String, String> environment,
        List<Mount> mounts,
        Map<String, String> annotations,
        Security security,
        Resources resources,
        String logPath,
        boolean stdin,
        boolean stdinOnce,
        boolean tty,
        Optional<String> stopSignal) {

    /** A path of the host as the container sees it. */
    public record Mount(String hostPath, String containerPath, boolean readOnly, Propagation propagation) {
        /** Who sees mounts made later below this one. */
        public enum Propagation {
            PRIVATE,
            HOST_TO_CONTAINER,
            BIDIRECTIONAL
        }
    }

    /** The container's rights; pod defaults are folded in. */
    public record Security(
            Optional<Long> user,
            Optional<Long> group,
            List<Long> supplementalGroups,
            boolean privileged,
            boolean readOnlyRoot,
            boolean noNewPrivileges,
            List<String> addedCapabilities,
            List<String> droppedCapabilities,
            boolean unmaskedProc,
            boolean seccompUnconfined) {
        public static final Security DEFAULT = new Security(
                Optional.empty(), Optional.empty(), List.of(), false, false, false, List.of(), List.of(), false, true);
    }

    /** cgroup values; 0 means not set. {@code cpuQuota} and {@code cpuPeriod} in microseconds, memory in bytes. */
    public record Resources(long cpuShares, long cpuQuota, long cpuPeriod, long memoryLimit, int oomScoreAdjustment) {
        public static final Resources UNLIMITED = new Resources(2, 0, 0, 0, 1000);
    }
}
