package io.kybern.node.registration;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;

/**
 * What is true of a node while it runs.
 *
 * @param serverPort where the node's HTTPS API listens; 0: nowhere
 */
public record NodeFacts(
        String name,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Taint> taints,
        List<NodeAddress> addresses,
        Map<String, Quantity> capacity,
        Map<String, Quantity> allocatable,
        NodeSystemInfo info,
        int serverPort) {
    public NodeFacts {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        taints = List.copyOf(taints);
        addresses = List.copyOf(addresses);
    }
}
