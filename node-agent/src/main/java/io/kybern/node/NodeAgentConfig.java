package io.kybern.node;

import io.kybern.node.server.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a node agent presents its node and where it keeps things.
 *
 * @param addresses the node's own, first the primary; pods must be able to reach it, so not loopback with real pods
 * @param root for volumes and hooks' files; upstream uses {@code /var/lib/kubelet}
 * @param podLogs where container logs lie; upstream uses {@code /var/log/pods}
 * @param cgroupRoot cgroup below which pods get theirs
 * @param server where the API server reaches the node for logs, exec, attach and port-forward; empty: it can't
 * @param dns what {@code dnsPolicy: ClusterFirst} puts into a pod
 */
public record NodeAgentConfig(
        String nodeName,
        List<String> addresses,
        Map<String, String> labels,
        Path root,
        Path podLogs,
        String cgroupRoot,
        int maxPods,
        ClusterDns dns,
        Optional<ServerConfig> server,
        String version) {
    /** The version of Kubernetes whose node behaviour this is. */
    public static final String VERSION = "v1.36.3";

    public NodeAgentConfig {
        addresses = List.copyOf(addresses);
        labels = Map.copyOf(labels);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a node needs an address");
        }
    }

    /** @param servers empty when the cluster has no DNS: pods then get the node's own resolver */
    public record ClusterDns(List<String> servers, String domain) {
        public static final ClusterDns NONE = new ClusterDns(List.of(), "cluster.local");

        public ClusterDns {
            servers = List.copyOf(servers);
        }
    }

    public static NodeAgentConfig of(String nodeName, String address, Path root) {
        return new NodeAgentConfig(
                nodeName,
                List.of(address),
                Map.of(),
                root,
                root.resolve("logs"),
                "/kubepods",
                110,
                ClusterDns.NONE,
                Optional.empty(),
                VERSION);
    }

    public NodeAgentConfig withLabels(Map<String, String> added) {
        return new NodeAgentConfig(
                nodeName, addresses, added, root, podLogs, cgroupRoot, maxPods, dns, server, version);
    }

    public NodeAgentConfig withDns(ClusterDns newDns) {
        return new NodeAgentConfig(
                nodeName, addresses, labels, root, podLogs, cgroupRoot, maxPods, newDns, server, version);
    }

    public NodeAgentConfig withServer(ServerConfig newServer) {
        return new NodeAgentConfig(
                nodeName, addresses, labels, root, podLogs, cgroupRoot, maxPods, dns, Optional.of(newServer), version);
    }
}
