package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.Watch;
import io.kybern.apiserver.storage.KeyValueStore.WatchListener;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A loaded cache: turns the store's events into entries of the window and, when they are shown, wakes watchers. The store calls it on one thread at
 * a time.
 */
final class Feed implements WatchListener {
    final ChangeWindow window;
    private final CachedResource resource;
    private final Subscriptions subscriptions;
    private final InstantSource clock;
    private final Supplier<Revision> shown;
    private final Consumer<Feed> onClosed;

    private volatile Step step;

    private volatile boolean ended;

    Feed(
            CacheState start,
            HistoryLimits limits,
            CachedResource resource,
            Subscriptions subscriptions,
            InstantSource clock,
            Supplier<Revision> shown,
            Consumer<Feed> onClosed) {
        this.window = new ChangeWindow(start.last(), limits);
        this.step = Step.none(start);
        this.shown = shown;
        this.resource = resource;
        this.subscriptions = subscriptions;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    /**
     * What was delivered last. Until it is shown, which happens to the steps of all resources at once, readers see what was before.
     *
     * @param changes not linked yet
     */
    private record Step(CacheState before, CacheState after, List<Entry> changes) {
        static Step none(CacheState state) {
            return new Step(state, state, List.of());
        }
    }

    /** All changes up to here are in what {@link #settled} answers from now on. */
    Revision revision() {
        return CacheSubscription.max(shown.get(), settled().revision());
    }

    /** What readers see. */
    CacheState settled() {
        Step last = step;
        return last.changes.isEmpty() || !last.after.revision().isAfter(shown.get()) ? last.after : last.before;
    }

    @Override
    public void onEvents(List<Event> events) {
        long now = clock.millis();
        CacheState before = step.after;
        CacheState state = before;
        List<Entry> changes = new ArrayList<>(events.size());
        for (Event event : events) {
            state = after(state, event, now);
            changes.add(state.last());
        }
        step = new Step(before, state, changes);
    }

    /** Links the changes and wakes those whom they concern. */
    @Override
    public void onShown() {
        Step last = step;
        Entry newest = window.newest();
        for (Entry entry : last.changes) {
            window.append(entry);
        }
        step = Step.none(last.after);
        for (Entry entry : last.changes) {
            subscriptions.announce(newest, entry);
            newest = entry;
        }
    }

    private CacheState after(CacheState state, Event event, long now) {
        ObjectKey key = resource.objectKey(event.key());
        StoredObject previous = state.objects().get(key);
        StoredObject current = null;
        OrderedMap<ObjectKey, StoredObject> objects = switch (event.type()) {
            case PUT -> {
                EncodedObject encoded = event.attachment() instanceof EncodedObject attached
                        ? attached
                        : StoredValue.decode(event.value(), resource);
                current = previous == null
                        ? StoredObject.of(key, event.revision(), encoded)
                        : previous.next(event.revision(), encoded);
                yield state.objects().with(current.key(), current);
            }
            case DELETE -> state.objects().without(key);
        };
        long sequence = state.last().sequence + 1;
        Entry entry = new Entry(
                sequence, event.revision(), current, previous, Entry.keepsState(sequence) ? objects : null, now);
        return new CacheState(entry, objects);
    }

    /** Whether the watch is over, even if nobody held this feed yet when it ended. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void onClosed(Throwable cause) {
        ended = true;
        onClosed.accept(this);
    }

    /** A feed with the watch that feeds it. */
    record Running(Feed feed, Watch watch) {}
}
