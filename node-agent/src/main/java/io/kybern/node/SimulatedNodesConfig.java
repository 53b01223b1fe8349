package io.kybern.node;

import java.util.Map;

/**
 * What simulated nodes are.
 *
 * @param namePrefix nodes are named by it and a number from 0
 * @param podBlock pod addresses of all nodes together, as an IPv4 CIDR
 * @param address the address that all nodes report, where the node API listens if it does
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
                NodeAgentConfig.VERSION);
    }

    public SimulatedNodesConfig withNamePrefix(String prefix) {
        return new SimulatedNodesConfig(count, prefix, labels, cpu, memory, pods, podBlock, address, version);
    }

    public SimulatedNodesConfig withLabels(Map<String, String> added) {
        return new SimulatedNodesConfig(count, namePrefix, added, cpu, memory, pods, podBlock, address, version);
    }

    public SimulatedNodesConfig withCapacity(String newCpu, String newMemory, int newPods) {
        return new SimulatedNodesConfig(
                count, namePrefix, labels, newCpu, newMemory, newPods, podBlock, address, version);
    }

    public SimulatedNodesConfig withAddress(String newAddress) {
        return new SimulatedNodesConfig(count, namePrefix, labels, cpu, memory, pods, podBlock, newAddress, version);
    }
}
