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

/**
 * A loaded cache: turns the store's events into entries of the window and wakes watchers. The store calls it on one thread at
 * a time.
 */
final class Feed implements WatchListener {
    final ChangeWindow window;
    private final CachedResource resource;
    private final Subscriptions subscriptions;
    private final InstantSource clock;
    private final Consumer<Feed> onClosed;

    /** After the last entry whose transaction is linked as a whole: what readers see. */
    private volatile CacheState settled;

    private volatile boolean ended;

    Feed(
            CacheState start,
            CachedResource resource,
            Subscriptions subscriptions,
            InstantSource clock,
            Consumer<Feed> onClosed) {
        this.window = new ChangeWindow(start.last());
        this.settled = start;
        this.resource = resource;
        this.subscriptions = subscriptions;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    CacheState settled() {
        return settled;
    }

    @Override
    public void onEvents(List<Event> events) {
        long now = clock.millis();
        Entry before = window.newest();
        CacheState state = settled;
        List<Entry> linked = new ArrayList<>(events.size());
        for (Event event : events) {
            state = after(state, event, now);
            window.append(state.last());
            linked.add(state.last());
        }
        settled = state;
        Entry known = before;
        for (Entry entry : linked) {
            subscriptions.announce(known, entry);
            known = entry;
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
                ObjectKey name = previous == null ? key : previous.key();
                current = StoredObject.of(name, event.revision(), encoded);
                yield state.objects().with(name, current);
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
    record Running(Feed feed, Watch watch) {
        Revision revision() {
            Revision delivered = watch.progress();
            return CacheSubscription.max(delivered, feed.settled().revision());
        }
    }
}
