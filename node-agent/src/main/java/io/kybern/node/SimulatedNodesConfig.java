package io.kybern.node;

import io.kybern.node.server.ServerConfig;
import java.util.Map;
import java.util.Optional;

/**
 * What simulated nodes are.
 *
 * @param namePrefix nodes are named by it and a number from 0
 * @param podBlock pod addresses of all nodes together, as an IPv4 CIDR
 * @param address the address that all nodes report, where the node API listens if it does
 * @param server the node API, one for all nodes; its pods' logs say that they are simulated
 * @param version reported as the kubelet's
 */
public record SimulatedNodesConfig(
        int count,
        String namePrefix,
        Map<String, String> labels,
        String cpu,
        String memory,
        int pods,
        String podBlock,
        String address,
        Optional<ServerConfig> server,
        String version) {
    public SimulatedNodesConfig {
        if (count < 1) {
            throw new IllegalArgumentException("at least one node, not " + count);
        }
        labels = Map.copyOf(labels);
    }

    public static SimulatedNodesConfig of(int count) {
        return new SimulatedNodesConfig(
                count,
                "simulated-",
                Map.of("type", "simulated"),
                "32",
                "256Gi",
                110,
                "10.128.0.0/12",
                "127.0.0.1",
                Optional.empty(),
                NodeAgentConfig.VERSION);
    }

    public SimulatedNodesConfig withNamePrefix(String prefix) {
        return new SimulatedNodesConfig(count, prefix, labels, cpu, memory, pods, podBlock, address, server, version);
    }

    public SimulatedNodesConfig withLabels(Map<String, String> added) {
        return new SimulatedNodesConfig(
                count, namePrefix, added, cpu, memory, pods, podBlock, address, server, version);
    }

    public SimulatedNodesConfig withCapacity(String newCpu, String newMemory, int newPods) {
        return new SimulatedNodesConfig(
                count, namePrefix, labels, newCpu, newMemory, newPods, podBlock, address, server, version);
    }

    public SimulatedNodesConfig withAddress(String newAddress) {
        return new SimulatedNodesConfig(
                count, namePrefix, labels, cpu, memory, pods, podBlock, newAddress, server, version);
    }

    public SimulatedNodesConfig withServer(ServerConfig newServer) {
        return new SimulatedNodesConfig(
                count, namePrefix, labels, cpu, memory, pods, podBlock, address, Optional.of(newServer), version);
    }
}
