package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.ClaimEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.NodeEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.queue.SchedulingQueue;
import java.util.Optional;

/**
 * Takes what the API server tells of pods and nodes to the cache and the queue: a pod with a node belongs to the one, a
 * pod without to the other. The cache is told first, so that a pod woken by an event finds the cause in its snapshot.
 * One thread per kind calls, with one object's versions in order.
 */
final class ClusterFeed {
    private final NodeCache cache;
    private final SchedulingQueue queue;
    private final String schedulerName;

    ClusterFeed(NodeCache cache, SchedulingQueue queue, String schedulerName) {
        this.cache = cache;
        this.queue = queue;
        this.schedulerName = schedulerName;
    }

    void nodePut(NodeInfo node) {
        Optional<NodeInfo> before = cache.putNode(node);
        if (before.isEmpty()) {
            queue.happened(new NodeEvent(Kind.NODE_ADD, Optional.empty(), node));
        } else {
            ClusterEvent.ofNodeUpdate(before.get(), node).forEach(queue::happened);
        }
    }

    void nodeRemoved(NodeInfo node) {
        cache.removeNode(node.name());
        queue.happened(new NodeEvent(Kind.NODE_DELETE, Optional.empty(), node));
    }

    void claimPut(String namespace, String name) {
        queue.happened(new ClaimEvent(namespace, name));
    }

    void podPut(PodInfo pod) {
        if (pod.isAssigned()) {
            assigned(pod);
        } else if (pod.terminating()) {
            // Left alone, also when a node was just chosen: the API server refuses to bind it.
            queue.remove(pod.key());
            freed(cache.forget(pod.key()));
        } else if (pod.schedulerName().equals(schedulerName)) {
            queue.put(pod);
        }
    }

    private void assigned(PodInfo pod) {
        Optional<PodInfo> before = cache.putPod(pod);
        queue.remove(pod.key());
        if (before.isPresent()) {
            ClusterEvent.ofPodUpdate(before.get(), pod).forEach(queue::happened);
        } else {
            queue.happened(new PodEvent(Kind.POD_ADD, Optional.empty(), pod));
        }
    }

    void podRemoved(PodInfo pod) {
        queue.remove(pod.key());
        freed(cache.removePod(pod.key()));
    }

    private void freed(Optional<PodInfo> pod) {
        pod.ifPresent(gone -> queue.happened(new PodEvent(Kind.POD_DELETE, Optional.empty(), gone)));
    }
}
