package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Nodes and pods for tests. */
public final class Objects {
    /** Shared by all tests of one JVM: numbering is all it holds. */
    public static final ResourceNames NAMES = new ResourceNames();

    private Objects() {}

    public static Node node(String name, String cpu, String memory, UnaryOperator<NodeBuilder> more) {
        return more.apply(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(Map.of("kubernetes.io/hostname", name))
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .withNewStatus()
                        .withAllocatable(Map.of(
                                "cpu", new Quantity(cpu), "memory", new Quantity(memory), "pods", new Quantity("110")))
                        .endStatus())
                .build();
    }

    public static NodeInfo nodeInfo(String name, String cpu, String memory, UnaryOperator<NodeBuilder> more) {
        return NodeInfo.of(node(name, cpu, memory, more), NAMES);
    }

    /** 4 cores, 8 GiB. */
    public static NodeInfo nodeInfo(String name) {
        return nodeInfo(name, "4", "8Gi", UnaryOperator.identity());
    }

    public static Pod pod(String name, Map<String, String> requests, UnaryOperator<PodBuilder> more) {
        var quantities = new java.util.HashMap<String, Quantity>();
        requests.forEach((resource, amount) -> quantities.put(resource, new Quantity(amount)));
        return more.apply(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName(name)
                        .withUid("uid-" + name)
                        .withGeneration(1L)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("app")
                        .withNewResources()
                        .withRequests(quantities)
                        .endResources()
                        .endContainer()
                        .endSpec())
                .build();
    }

    public static PodInfo podInfo(String name, Map<String, String> requests, UnaryOperator<PodBuilder> more) {
        return PodInfo.of(pod(name, requests, more), NAMES);
    }

    public static PodInfo podInfo(String name, Map<String, String> requests) {
        return podInfo(name, requests, UnaryOperator.identity());
    }

    public static PodInfo podInfo(String name) {
        return podInfo(name, Map.of());
    }
}
