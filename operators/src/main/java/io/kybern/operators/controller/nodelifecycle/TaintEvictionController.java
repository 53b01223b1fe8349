package io.kybern.operators.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
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
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes pods that don't bear the {@code NoExecute} taints of their node, or not for longer. Behaves as
 * kube-controller-manager's taint-eviction-controller. Nodes without such taints cost nothing.
 */
public final class TaintEvictionController implements KindController<Node> {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;

    /** By node: since when each pod, by uid, has been bearing taints. */
    private final Map<String, Map<String, Instant>> bearing = new ConcurrentHashMap<>();

    public TaintEvictionController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
        this.nodes = informers.of(Node.class);
        this.pods = PodsByNode.indexed(informers);
    }

    @Override
    public String name() {
        return "taint-eviction-controller";
    }

    @Override
    public Class<Node> primary() {
        return Node.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                Pod.class,
                this::taintedNode,
                (before, after) -> !PodState.nodeName(before).equals(PodState.nodeName(after))
                        || !before.getSpec()
                                .getTolerations()
                                .equals(after.getSpec().getTolerations())));
    }

    private List<ResourceID> taintedNode(Pod pod) {
        Node node = nodes.getStore().getByKey(PodState.nodeName(pod));
        return node == null || taints(node).isEmpty() ? List.of() : List.of(ResourceID.fromResource(node));
    }

    private static List<Taint> taints(Node node) {
        return node.getSpec() == null
                ? List.of()
                : node.getSpec().getTaints().stream()
                        .filter(taint -> NodeHealth.NO_EXECUTE.equals(taint.getEffect()))
                        .toList();
    }

    @Override
    public void gone(ResourceID key) {
        bearing.remove(key.getName());
    }

    @Override
    public Requeue reconcile(Node node) {
        String name = node.getMetadata().getName();
        List<Taint> taints = taints(node);
        Map<String, Instant> before = bearing.getOrDefault(name, Map.of());
        if (taints.isEmpty() && before.isEmpty()) {
            return Requeue.none();
        }
        Instant now = clock.instant();
        Map<String, Instant> after = new HashMap<>();
        Requeue requeue = Requeue.none();
        for (Pod pod : PodsByNode.of(pods, name)) {
            if (PodState.isDeleting(pod)) {
                continue;
            }
            String uid = pod.getMetadata().getUid();
            switch (Tolerance.of(taints, pod.getSpec().getTolerations())) {
                case Tolerance.Forever forever -> {
                    if (before.containsKey(uid)) {
                        events.record(EventNote.normal(
                                pod, "TaintManagerEviction", "Cancelling deletion of Pod " + key(pod)));
                    }
                }
                case Tolerance.For(Duration time) -> {
                    Instant since = before.getOrDefault(uid, now);
                    after.put(uid, since);
                    Duration left = Duration.between(now, since.plus(time));
                    if (left.isPositive()) {
                        requeue = requeue.or(Requeue.after(left));
                    } else {
                        evict(pod, now);
                    }
                }
            }
        }
        if (after.isEmpty()) {
            bearing.remove(name);
        } else {
            bearing.put(name, after);
        }
        return requeue;
    }

    private static String key(Pod pod) {
        return pod.getMetadata().getNamespace() + '/' + pod.getMetadata().getName();
    }

    private void evict(Pod pod, Instant now) {
        events.record(EventNote.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + key(pod)));
        Map<String, Object> condition = Map.of(
                "type", "DisruptionTarget",
                "status", "True",
                "reason", "DeletionByTaintManager",
                "message", "Taint manager: deleting due to NoExecute taint",
                "lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        var resource = client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName());
        try {
            resource.subresource("status")
                    .patch(
                            PatchContext.of(PatchType.STRATEGIC_MERGE),
                            client.getKubernetesSerialization()
                                    .asJson(Map.of(
                                            "metadata",
                                            Map.of("uid", pod.getMetadata().getUid()),
                                            "status",
                                            Map.of("conditions", List.of(condition)))));
            resource.delete();
        } catch (KubernetesClientException e) {
            if (!Failures.isNotFound(e) && !Failures.isConflict(e)) {
                throw e;
            }
        }
    }
}
