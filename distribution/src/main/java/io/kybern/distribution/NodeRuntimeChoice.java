package io.kybern.distribution;

import io.kybern.distribution.flag.FlagException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
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
        return new NodeRuntimeChoice("root".equals(System.getProperty("user.name")), socket, listens(socket));
    }

    /** A socket file may outlive its server. */
    private static boolean listens(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Why {@link NodeRuntime#AUTO} chooses what it does, for the user. */
    public String reason(int nodes) {
        if (nodes != 1) {
            return nodes + " nodes are simulated: containerd makes one node of this machine";
        }
        if (!root) {
            return "The node is simulated, its pods run nothing: containerd needs root";
        }
        return listening
                ? "The node runs containers by containerd at " + socket
                : "The node is simulated, its pods run nothing: containerd does not listen at " + socket;
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
