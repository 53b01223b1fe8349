package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Watch;
import io.kybern.apiserver.storage.KeyValueStore.WatchListener;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.Watchers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads what was before a cache was loaded, for who has watched elsewhere until then: at another server, or at this one before a restart. */
record EarlierChanges(
        KeyValueStore store, CachedResource resource, ObjectReader reader, HistoryLimits limits, InstantSource clock) {
    /** How many revisions before the load are looked through, at most. */
    private static final long FARTHEST_BACK = 50_000;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Whether a window begins at or before a revision, or can't be made to. */
    boolean isIn(ChangeWindow window, Revision after) {
        Revision oldest = window.oldestRevision();
        return !oldest.isAfter(after)
                || !window.beginsWithLoad()
                || store.compactedRevision().isAfter(after)
                || oldest.value() - after.value() > FARTHEST_BACK;
    }

    /** Puts all changes after a revision before those of a window; does nothing if they were compacted. Blocks. */
    void prependTo(ChangeWindow window, Revision after) {
        try {
            Entry oldest = window.oldest();
            Entry start =
                    new Entry(oldest.sequence - FARTHEST_BACK, after, null, null, reader.all(after), clock.millis());
            Feed past = new Feed(
                    new CacheState(start, Objects.requireNonNull(start.objects())),
                    limits.atOnce(),
                    resource,
                    new Subscriptions(),
                    clock,
                    () -> oldest.revision,
                    unused -> {});
            Watchers.replay(between(after, oldest.revision), past);
            window.prepend(past.window, oldest);
        } catch (CompactedException e) {
            // who asked is told so
        }
    }

    private List<Event> between(Revision after, Revision upTo) {
        Queue<Event> events = new ConcurrentLinkedQueue<>();
        WatchListener collect = new WatchListener() {
            @Override
            public void onEvents(List<Event> batch) {
                events.addAll(batch);
            }

            @Override
            public void onClosed(Throwable cause) {}
        };
        try (Watch watch = store.watch(resource.prefix(), after, collect)) {
            if (!watch.awaitProgress(upTo, PATIENCE)) {
                throw new StorageUnavailableException("the store does not tell what has changed", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("interrupted while the past was read", e);
        }
        return events.stream().filter(event -> !event.revision().isAfter(upTo)).toList();
    }
}
