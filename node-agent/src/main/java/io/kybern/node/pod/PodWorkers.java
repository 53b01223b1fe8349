package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.kybern.node.server.PodLookup;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The pods of one node or, in a simulation, of many: turns informer events into calls of the pod's worker. Events of
 * one pod come one after the other; nothing here blocks.
 */
public final class PodWorkers implements ResourceEventHandler<Pod>, PodLookup, AutoCloseable {
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final Function<Pod, Optional<PodContext>> contexts;

    /** @param contexts the node that a pod is bound to, if it is one of ours */
    public PodWorkers(Function<Pod, Optional<PodContext>> contexts) {
        this.contexts = contexts;
    }

    @Override
    public void onAdd(Pod pod) {
        onUpdate(pod, pod);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        String uid = pod.getMetadata().getUid();
        PodWorker known = workers.get(uid);
        if (known != null) {
            known.update(pod);
            return;
        }
        contexts.apply(pod)
                .ifPresent(context -> workers.computeIfAbsent(
                                uid, key -> new PodWorker(pod, context, () -> workers.remove(key)))
                        .wake());
    }

    @Override
    public void onDelete(Pod pod, boolean finalStateUnknown) {
        PodWorker worker = workers.get(pod.getMetadata().getUid());
        if (worker != null) {
            worker.gone();
        }
    }

    /** The runtime says that something happened to a pod. */
    public void wake(String podUid) {
        PodWorker worker = workers.get(podUid);
        if (worker != null) {
            worker.wake();
        }
    }

    public void wakeAll() {
        workers.values().forEach(PodWorker::wake);
    }

    /** The pods as last seen. */
    @Override
    public Collection<Pod> pods() {
        return workers.values().stream().map(PodWorker::pod).toList();
    }

    /** The pod of this name, the newest if one is being replaced. */
    @Override
    public Optional<Pod> find(String namespace, String name) {
        return pods().stream()
                .filter(pod -> pod.getMetadata().getName().equals(name)
                        && pod.getMetadata().getNamespace().equals(namespace))
                .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
    }

    @Override
    public void close() {
        workers.values().forEach(PodWorker::abandon);
        workers.clear();
    }
}
