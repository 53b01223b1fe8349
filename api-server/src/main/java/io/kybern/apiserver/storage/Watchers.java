package io.kybern.apiserver.storage;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.WatchListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes changes to the watchers of their prefix. Thousands of resources have a watcher each, so a change looks its
 * watchers up by each prefix of its key that ends in a slash; prefixes that end otherwise are few and tried one by one.
 *
 * <p>{@link #deliver} is called by one thread at a time.
 */
public final class Watchers {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private final Map<String, List<WatchListener>> byFolder = new ConcurrentHashMap<>();
    private final Map<String, List<WatchListener>> byOther = new ConcurrentHashMap<>();

    public void add(String prefix, WatchListener listener) {
        table(prefix).compute(prefix, (p, known) -> {
            List<WatchListener> listeners = known == null ? new CopyOnWriteArrayList<>() : known;
            listeners.add(listener);
            return listeners;
        });
    }

    public void remove(String prefix, WatchListener listener) {
        table(prefix).computeIfPresent(prefix, (p, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    /** Ends all: what comes next is not what follows on what they have seen. */
    public void closeAll(Throwable cause) {
        List<WatchListener> all = new ArrayList<>();
        byFolder.values().forEach(all::addAll);
        byOther.values().forEach(all::addAll);
        byFolder.clear();
        byOther.clear();
        all.forEach(listener -> listener.onClosed(cause));
    }

    private Map<String, List<WatchListener>> table(String prefix) {
        return prefix.endsWith("/") ? byFolder : byOther;
    }

    /**
     * Delivers changes to all who watch them, publishes them, and then has the watchers show them.
     *
     * @param publish makes them {@linkplain io.kybern.apiserver.storage.KeyValueStore#shown shown}
     */
    public void deliver(List<Event> events, Runnable publish) {
        Map<WatchListener, List<Event>> routed = new LinkedHashMap<>();
        if (!byFolder.isEmpty() || !byOther.isEmpty()) {
            for (Event event : events) {
                route(event, routed);
            }
        }
        List<WatchListener> taken = new ArrayList<>(routed.size());
        routed.forEach((listener, some) -> {
            if (goesOn(listener, () -> listener.onEvents(some))) {
                taken.add(listener);
            }
        });
        publish.run();
        taken.forEach(listener -> goesOn(listener, listener::onShown));
    }

    /** What a new watcher has missed; it is shown already. */
    public static void replay(List<Event> events, WatchListener listener) {
        if (!events.isEmpty()) {
            listener.onEvents(events);
            listener.onShown();
        }
    }

    private void route(Event event, Map<WatchListener, List<Event>> routed) {
        String key = event.key();
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            List<WatchListener> listeners = byFolder.get(key.substring(0, slash + 1));
            if (listeners != null) {
                add(listeners, event, routed);
            }
        }
        byOther.forEach((prefix, listeners) -> {
            if (key.startsWith(prefix)) {
                add(listeners, event, routed);
            }
        });
    }

    private static void add(List<WatchListener> listeners, Event event, Map<WatchListener, List<Event>> routed) {
        for (WatchListener listener : listeners) {
            routed.computeIfAbsent(listener, l -> new ArrayList<>()).add(event);
        }
    }

    /** A listener that throws has lost its place in the history: it ends, the others go on. */
    private boolean goesOn(WatchListener listener, Runnable call) {
        try {
            call.run();
            return true;
        } catch (RuntimeException e) {
            LOG.error("a watcher failed and is closed", e);
            byFolder.values().forEach(listeners -> listeners.remove(listener));
            byOther.values().forEach(listeners -> listeners.remove(listener));
            listener.onClosed(e);
            return false;
        }
    }
}
