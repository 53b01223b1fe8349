package io.kybern.node.runtime.cri;

import io.kybern.node.runtime.cri.v1.Container;
import io.kybern.node.runtime.cri.v1.ContainerState;
import io.kybern.node.runtime.cri.v1.ListContainersRequest;
import io.kybern.node.runtime.cri.v1.ListContainersResponse;
import io.kybern.node.runtime.cri.v1.ListPodSandboxRequest;
import io.kybern.node.runtime.cri.v1.ListPodSandboxResponse;
import io.kybern.node.runtime.cri.v1.PodSandbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Lists sandboxes and containers once a second and tells of pods for which something changed. */
final class CriWatcher implements AutoCloseable {
    private static final Logger LOG = System.getLogger(CriWatcher.class.getName());
    private static final int PERIOD_SECONDS = 1;

    private record Seen(String podUid, String state) {}

    private final CriConnection connection;
    private final List<Consumer<String>> subscribers = new CopyOnWriteArrayList<>();
    private final ScheduledFuture<?> timer;
    private final ReentrantLock looking = new ReentrantLock();
    /** By id; @GuardedBy looking. */
    private Map<String, Seen> before = Map.of();

    CriWatcher(CriConnection connection, ScheduledExecutorService timers) {
        this.connection = connection;
        this.timer = timers.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    AutoCloseable subscribe(Consumer<String> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    /** Looks soon, on a thread of its own; nothing happens when a look is under way. */
    void look() {
        Thread.ofVirtual().name("cri-watcher").start(() -> {
            if (looking.tryLock()) {
                try {
                    compare();
                } catch (RuntimeException e) {
                    LOG.log(Level.DEBUG, () -> "the container runtime can't be watched: " + e.getMessage());
                } finally {
                    looking.unlock();
                }
            }
        });
    }

    private void compare() {
        Map<String, Seen> now = new HashMap<>();
        for (PodSandbox sandbox : connection
                .runtime(
                        "ListPodSandbox",
                        ListPodSandboxRequest.getDefaultInstance(),
                        ListPodSandboxResponse.getDefaultInstance())
                .getItemsList()) {
            now.put(
                    sandbox.getId(),
                    seen(sandbox.getLabelsMap(), sandbox.getState().name()));
        }
        for (Container container : connection
                .runtime(
                        "ListContainers",
                        ListContainersRequest.getDefaultInstance(),
                        ListContainersResponse.getDefaultInstance())
                .getContainersList()) {
            ContainerState state = container.getState();
            now.put(container.getId(), seen(container.getLabelsMap(), state.name()));
        }
        Set<String> changed = new HashSet<>();
        now.forEach((id, seen) -> {
            if (!seen.equals(before.get(id))) {
                changed.add(seen.podUid());
            }
        });
        before.forEach((id, seen) -> {
            if (!now.containsKey(id)) {
                changed.add(seen.podUid());
            }
        });
        before = now;
        changed.forEach(uid -> subscribers.forEach(subscriber -> subscriber.accept(uid)));
    }

    private static Seen seen(Map<String, String> labels, String state) {
        return new Seen(labels.getOrDefault(CriMessages.POD_UID, ""), state);
    }

    @Override
    public void close() {
        timer.cancel(false);
        subscribers.clear();
    }
}
