package io.kybern.distribution;

import io.kybern.distribution.flag.FlagException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of this machine decides about the runtime of its nodes.
 *
 * @param root whether this process may make namespaces, mounts and cgroups
 * @param socket where containerd listens
 * @param listening whether anything is there
 */
public record NodeRuntimeChoice(boolean root, Path socket, boolean listening) {
    /** How this machine is now. */
    public static NodeRuntimeChoice here(Path socket) {
        return new NodeRuntimeChoice("root".equals(System.getProperty("user.name")), socket, Files.exists(socket));
    }

    /**
     * The runtime to use, never {@link NodeRuntime#AUTO}.
     *
     * @throws FlagException if the wanted one can't be, with what to do
     */
    public NodeRuntime choose(NodeRuntime wanted, int nodes) {
        return switch (wanted) {
            case SIMULATED -> NodeRuntime.SIMULATED;
            case AUTO -> root && listening && nodes == 1 ? NodeRuntime.CONTAINERD : NodeRuntime.SIMULATED;
            case CONTAINERD -> {
                if (nodes > 1) {
                    throw new FlagException("containerd makes one node of this machine; for " + nodes
                            + " nodes use --runtime simulated");
                }
                if (!root) {
                    throw new FlagException(
                            "--runtime containerd needs root: run it with sudo, or use --runtime simulated");
                }
                if (!listening) {
                    throw new FlagException(
                            "containerd does not listen at " + socket
                                    + ": start it, say where it is by --container-runtime-endpoint, or use --runtime simulated");
                }
                yield NodeRuntime.CONTAINERD;
            }
        };
    }
}
