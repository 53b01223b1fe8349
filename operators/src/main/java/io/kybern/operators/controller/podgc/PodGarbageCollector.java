package io.kybern.operators.controller.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.PodsByNode;
import io.kybern.operators.informer.SharedInformers;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes pods of nodes that are gone, pods whose deletion nobody finishes, and the oldest of too many terminated pods.
 * Behaves as kube-controller-manager's pod-garbage-collector-controller, but acts on events and not three times a
 * minute. No reconciler: what matters happens to nodes that no longer exist.
 */
public final class PodGarbageCollector implements AutoCloseable {
    public static final String NAME = "pod-garbage-collector-controller";

    private static final Logger log = LoggerFactory.getLogger(PodGarbageCollector.class);
    private static final String TERMINATED = "terminated";

    /** A node that is missing may only be late: the original's quarantine. */
    private static final long QUARANTINE_SECONDS = 40;

    private static final long RETRY_SECONDS = 20;

    private final KubernetesClient client;
    private final InstantSource clock;
    private final int threshold;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;
    private final Set<String> quarantined = ConcurrentHashMap.newKeySet();
    private final Executor threads = work -> Thread.ofVirtual().name("podgc").start(work);
    private final ResourceEventHandler<Pod> podEvents = new PodEvents();
    private final ResourceEventHandler<Node> nodeEvents = new NodeEvents();
    private volatile boolean closed;

    /**
     * Declares what it needs, before the informers start.
     *
     * @param threshold how many terminated pods may stay; zero: all
     */
    public PodGarbageCollector(KubernetesClient client, SharedInformers informers, InstantSource clock, int threshold) {
        this.client = client;
        this.clock = clock;
        this.threshold = threshold;
        PodsByNode.indexed(informers);
        this.pods = informers.indexed(
                Pod.class, TERMINATED, pod -> PodState.isTerminal(pod) ? List.of(TERMINATED) : List.of());
        this.nodes = informers.of(Node.class);
    }

    /** Acts from now on, also on what the informers know already. */
    public void start() {
        nodes.addEventHandler(nodeEvents);
        pods.addEventHandler(podEvents);
    }

    private final class PodEvents implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            consider(pod);
            if (PodState.isTerminal(pod)) {
                thinOut();
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            consider(after);
            if (PodState.isTerminal(after) && !PodState.isTerminal(before)) {
                thinOut();
            }
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {}
    }

    private final class NodeEvents implements ResourceEventHandler<Node> {
        @Override
        public void onAdd(Node node) {}

        @Override
        public void onUpdate(Node before, Node after) {
            if (PodFate.isOutOfService(after) && !PodFate.isOutOfService(before)) {
                PodsByNode.of(pods, after.getMetadata().getName()).forEach(PodGarbageCollector.this::consider);
            }
        }

        @Override
        public void onDelete(Node node, boolean finalStateUnknown) {
            quarantine(node.getMetadata().getName(), QUARANTINE_SECONDS);
        }
    }

    private void consider(Pod pod) {
        String node = PodState.nodeName(pod);
        switch (PodFate.of(pod, Optional.ofNullable(nodes.getStore().getByKey(node)))) {
            case KEEP -> {}
            case FINISH -> threads.execute(() -> remove(pod, "PodGC: deletion is not finished by any node"));
            case NODE_MISSING -> quarantine(node, QUARANTINE_SECONDS);
        }
    }

    private void quarantine(String node, long seconds) {
        if (quarantined.add(node)) {
            CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS, threads)
                    .execute(() -> removePodsOf(node));
        }
    }

    /** If the node is still missing, for the server too. */
    private void removePodsOf(String node) {
        quarantined.remove(node);
        if (closed || nodes.getStore().getByKey(node) != null) {
            return;
        }
        try {
            if (client.nodes().withName(node).get() != null) {
                return;
            }
        } catch (KubernetesClientException e) {
            quarantine(node, RETRY_SECONDS);
            return;
        }
        boolean all = true;
        for (Pod pod : PodsByNode.of(pods, node)) {
            all &= remove(pod, "PodGC: node no longer exists");
        }
        if (!all) {
            quarantine(node, RETRY_SECONDS);
        }
    }

    /** The oldest of those beyond the threshold. */
    private void thinOut() {
        if (threshold <= 0) {
            return;
        }
        List<Pod> terminated = pods.getIndexer().byIndex(TERMINATED, TERMINATED);
        int surplus = terminated.size() - threshold;
        if (surplus > 0) {
            terminated.stream()
                    .filter(pod -> !PodState.isDeleting(pod))
                    .sorted(Comparator.comparing(PodState::createdAt))
                    .limit(surplus)
                    .forEach(pod -> threads.execute(() -> remove(pod, "PodGC: too many terminated pods")));
        }
    }

    /** Marks a pod that had not terminated as failed, so that whoever counts it counts right, and deletes it at once. */
    private boolean remove(Pod pod, String why) {
        var resource = client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName());
        try {
            log.debug("Removing pod {}: {}", pod.getMetadata().getName(), why);
            if (!PodState.isTerminal(pod)) {
                resource.subresource("status").patch(PatchContext.of(PatchType.STRATEGIC_MERGE), failed(pod, why));
            }
            resource.withGracePeriod(0).delete();
            return true;
        } catch (KubernetesClientException e) {
            return Failures.isNotFound(e) || Failures.isConflict(e);
        }
    }

    private String failed(Pod pod, String why) {
        var condition = Map.of(
                "type", "DisruptionTarget",
                "status", "True",
                "reason", "DeletionByPodGC",
                "message", why,
                "lastTransitionTime",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        var status = PodState.nodeName(pod).isEmpty()
                ? Map.of("phase", "Failed")
                : Map.of("phase", "Failed", "conditions", List.of(condition));
        return client.getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status));
    }

    @Override
    public void close() {
        closed = true;
        pods.removeEventHandler(podEvents);
        nodes.removeEventHandler(nodeEvents);
    }
}
