package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.operators.informer.SharedInformers;
import java.util.List;

/** Which pods are on a node, from the cache. */
public final class PodsByNode {
    private static final String INDEX = "node";

    private PodsByNode() {}

    /** The informer of pods with the index that {@link #of} uses. */
    public static SharedIndexInformer<Pod> indexed(SharedInformers informers) {
        return informers.indexed(Pod.class, INDEX, pod -> {
            String node = PodState.nodeName(pod);
            return node.isEmpty() ? List.of() : List.of(node);
        });
    }

    public static List<Pod> of(SharedIndexInformer<Pod> pods, String node) {
        return pods.getIndexer().byIndex(INDEX, node);
    }
}
