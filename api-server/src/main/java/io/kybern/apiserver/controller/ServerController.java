package io.kybern.apiserver.controller;

import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.Everything;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.crd.resource.GroupResource;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Looks at everything again after each change of some resources, on one virtual thread. It is level-based: the next look
 * sees what one missed. Meant for few and small objects.
 *
 * <pre>
 * start ─► look ─► wait for a change, or a while ─► take all that have come ─► look ─► …
 * </pre>
 */
public final class ServerController implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerController.class.getName());
    private static final int BATCH = 256;
    /** What is said of other servers may change without any change here. */
    private static final int AGAIN_SECONDS = 30;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String name;
    private final List<ResourceStore> stores;
    private final Runnable look;
    private final Semaphore available = new Semaphore(0);

    /** Who looks; one that is not any more ends. */
    private volatile Optional<Thread> follower = Optional.empty();

    /**
     * @param watched whose changes matter
     * @param look idempotent; what it throws is logged, and the next change is looked at all the same
     */
    public ServerController(String name, ResourceRegistry registry, List<GroupResource> watched, Runnable look) {
        this.name = name;
        this.stores = watched.stream()
                .map(resource ->
                        (ResourceStore) registry.stored(resource).orElseThrow().store())
                .toList();
        this.look = look;
    }

    /** May be called again after {@link #close}. */
    public void start() {
        Thread thread = Thread.ofVirtual().name(name).unstarted(this::follow);
        follower = Optional.of(thread);
        thread.start();
    }

    private boolean closed() {
        return follower.filter(thread -> thread == Thread.currentThread()).isEmpty();
    }

    private void subscribe(List<Subscription> subscriptions) {
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
        for (ResourceStore store : stores) {
            subscriptions.add(store.watch(store.snapshot().revision(), Everything.FILTER, available::release));
        }
    }

    private void follow() {
        List<Subscription> subscriptions = new ArrayList<>();
        try {
            subscribe(subscriptions);
            look();
            while (!closed()) {
                if (drain(subscriptions) || !available.tryAcquire(AGAIN_SECONDS, TimeUnit.SECONDS)) {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        subscriptions.forEach(Subscription::close);
    }

    /** Takes all changes that have come; whether there were any. */
    private boolean drain(List<Subscription> subscriptions) {
        available.drainPermits();
        boolean changed = false;
        try {
            for (Subscription subscription : subscriptions) {
                while (!subscription.poll(BATCH).isEmpty()) {
                    changed = true;
                }
            }
        } catch (SlowConsumerException e) {
            subscribe(subscriptions);
            return true;
        }
        return changed;
    }

    private void look() {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.log(closed() ? Level.DEBUG : Level.WARNING, name + " could not look at everything", e);
        }
    }

    /** Waits a moment for a look that has begun: what it writes to is closed next. */
    @Override
    public void close() {
        Optional<Thread> last = follower;
        follower = Optional.empty();
        available.release();
        try {
            if (last.isPresent() && !last.get().join(PATIENCE)) {
                LOG.log(Level.DEBUG, name + " still looks");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
