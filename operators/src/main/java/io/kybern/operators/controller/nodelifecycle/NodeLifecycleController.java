package io.kybern.operators.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.PodsByNode;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.nodelifecycle.NodeHealth.Eviction;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Health of nodes. Behaves as kube-controller-manager's node-lifecycle-controller, but looks at a node when its time is
 * up and not at all nodes every five seconds. A sign of life only moves that time.
 */
public final class NodeLifecycleController implements KindController<Node> {
    private static final Duration UNTIL_EVICTION = Duration.ofSeconds(5);

    /**
     * @param monitor how long a node may be silent
     * @param startup the same for one that never spoke
     */
    public record GracePeriods(Duration monitor, Duration startup) {}

    /** The last sign of life: what was seen, and when it was seen by our clock. */
    private record Beat(String heartbeat, Instant seenAt) {}

    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;
    private final GracePeriods grace;
    private final ZoneLimiter limiter;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Lease> leases;
    private final Map<String, Beat> statusBeats = new ConcurrentHashMap<>();
    private final Map<String, Instant> leaseBeats = new ConcurrentHashMap<>();

    public NodeLifecycleController(
            KubernetesClient client,
            SharedInformers informers,
            EventRecorder events,
            InstantSource clock,
            GracePeriods grace,
            ZoneLimiter.Limits limits) {
        this.client = client;
        this.events = events;
        this.clock = clock;
        this.grace = grace;
        SharedIndexInformer<Node> nodes = informers.of(Node.class);
        this.limiter = new ZoneLimiter(limits, () -> nodes.getStore().list());
        this.pods = PodsByNode.indexed(informers);
        this.leases = informers.in(Lease.class, "kube-node-lease");
    }

    @Override
    public String name() {
        return "node-lifecycle-controller";
    }

    @Override
    public Class<Node> primary() {
        return Node.class;
    }

    /** Leases are only noted: there are many renewals, and none of them needs anything to be done. */
    @Override
    public List<Watch<?>> watches() {
        return List.of(
                new Watch<Lease>() {
                    @Override
                    public Class<Lease> kind() {
                        return Lease.class;
                    }

                    @Override
                    public Collection<ResourceID> added(Lease lease) {
                        leaseBeats.put(lease.getMetadata().getName(), clock.instant());
                        return List.of();
                    }

                    @Override
                    public Collection<ResourceID> updated(Lease before, Lease after) {
                        return added(after);
                    }

                    @Override
                    public Collection<ResourceID> deleted(Lease lease) {
                        return List.of();
                    }
                }.from(leases));
    }

    @Override
    public void gone(ResourceID key) {
        statusBeats.remove(key.getName());
        leaseBeats.remove(key.getName());
    }

    @Override
    public Requeue reconcile(Node cached) {
        Instant now = clock.instant();
        String name = cached.getMetadata().getName();
        if (!statusBeats.containsKey(name)) {
            events.record(EventNote.normal(cached, "RegisteredNode", "Registered Node " + name + " in Controller"));
        }
        Duration silence = NodeHealth.condition(cached, "Ready").isPresent() ? grace.monitor() : grace.startup();
        Duration left = Duration.between(now, lastSeen(cached, now).plus(silence));
        Node node = cached;
        if (left.isNegative()) {
            node = declareSilent(cached, now);
        }
        Eviction eviction = eviction(node, now);
        patch(node, NodeHealth.taints(node, eviction, now), NodeHealth.labels(node));
        Requeue whenSilent = left.isNegative() ? Requeue.none() : Requeue.after(left.plusMillis(1));
        return eviction == Eviction.LATER ? whenSilent.or(Requeue.after(UNTIL_EVICTION)) : whenSilent;
    }

    /** When a lease or a status last changed; a node is given the benefit of the doubt when it is first seen. */
    private Instant lastSeen(Node node, Instant now) {
        String name = node.getMetadata().getName();
        String heartbeat = NodeHealth.condition(node, "Ready")
                .map(NodeCondition::getLastHeartbeatTime)
                .orElse("");
        Beat beat = statusBeats.compute(name, (key, before) -> {
            if (before == null && heartbeat.isEmpty()) {
                return new Beat(heartbeat, PodState.createdAt(node));
            }
            return before != null && before.heartbeat().equals(heartbeat) ? before : new Beat(heartbeat, now);
        });
        Instant lease = leaseBeats.getOrDefault(name, Instant.MIN);
        return lease.isAfter(beat.seenAt()) ? lease : beat.seenAt();
    }

    private Node declareSilent(Node node, Instant now) {
        Node silent = NodeHealth.silent(node, now);
        Node result = silent.equals(node) ? node : client.resource(silent).updateStatus();
        if (NodeHealth.ready(node).equals("True")) {
            String name = node.getMetadata().getName();
            events.record(EventNote.normal(node, "NodeNotReady", "Node " + name + " status is now: NodeNotReady"));
        }
        markPodsNotReady(node);
        return result;
    }

    /** Nobody else can tell that they serve no longer. */
    private void markPodsNotReady(Node node) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        for (Pod pod : PodsByNode.of(pods, node.getMetadata().getName())) {
            if (!PodState.isReady(pod)) {
                continue;
            }
            try {
                client.pods()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(pod.getMetadata().getName())
                        .subresource("status")
                        .patch(
                                PatchContext.of(PatchType.STRATEGIC_MERGE),
                                client.getKubernetesSerialization()
                                        .asJson(Map.of(
                                                "metadata",
                                                Map.of("uid", pod.getMetadata().getUid()),
                                                "status",
                                                Map.of(
                                                        "conditions",
                                                        List.of(Map.of(
                                                                "type", "Ready",
                                                                "status", "False",
                                                                "lastTransitionTime", now))))));
                events.record(EventNote.warning(pod, "NodeNotReady", "Node is not ready"));
            } catch (KubernetesClientException e) {
                if (!Failures.isNotFound(e)) {
                    throw e;
                }
            }
        }
    }

    private Eviction eviction(Node node, Instant now) {
        String ready = NodeHealth.ready(node);
        if (ready.equals("True") || ready.isEmpty() || limiter.everythingIsDown(now)) {
            return Eviction.NEVER;
        }
        boolean evicting = node.getSpec() != null
                && NodeHealth.hasEvictionTaint(node.getSpec().getTaints());
        return evicting ? Eviction.ALLOWED : limiter.ask(node, now);
    }

    private void patch(Node node, List<Taint> taints, Map<String, String> labels) {
        List<Taint> before = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        if (taints.equals(before) && labels.isEmpty()) {
            return;
        }
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("resourceVersion", node.getMetadata().getResourceVersion());
        metadata.put("labels", labels);
        client.nodes()
                .withName(node.getMetadata().getName())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization()
                                .asJson(Map.of("metadata", metadata, "spec", Map.of("taints", taints))));
    }
}
