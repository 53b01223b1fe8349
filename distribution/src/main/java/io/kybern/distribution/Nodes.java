package io.kybern.distribution;

import io.kybern.node.NodeAgentConfig;
import java.nio.file.Path;
import java.util.Optional;

/** Which nodes a process makes. */
public sealed interface Nodes {
    /**
     * Nodes that run nothing but let pods become ready.
     *
     * @param directory for the certificate of their API; empty: they have none, so nobody can ask for logs
     */
    record Simulated(int count, Optional<Path> directory) implements Nodes {}

    /**
     * This machine as the one node, its containers run by containerd.
     *
     * @param socket where containerd listens
     * @param agent without its API, which gets a certificate of the cluster's authority
     */
    record Containerd(Path socket, NodeAgentConfig agent) implements Nodes {}
}
