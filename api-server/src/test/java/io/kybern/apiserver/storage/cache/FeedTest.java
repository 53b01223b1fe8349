package io.kybern.apiserver.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.Everything;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStoreContract;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is seen of changes while they are delivered: nothing, and then all of them at once. */
class FeedTest {
    private static final Revision START = new Revision(1);
    private static final CachedResource PODS = new CachedResource("/registry/pods/", true, Optional.empty());

    private final AtomicReference<Revision> shown = new AtomicReference<>(START);
    private final Subscriptions subscriptions = new Subscriptions();
    private final Feed feed = feed();
    private final CacheSubscription busy = subscription();

    private Feed feed() {
        OrderedMap<ObjectKey, StoredObject> nothing = OrderedMap.ofSorted(List.of());
        Entry start = new Entry(0, START, null, null, nothing, 0);
        return new Feed(
                new CacheState(start, nothing),
                HistoryLimits.OF_PROCESS,
                PODS,
                subscriptions,
                InstantSource.system(),
                shown::get,
                f -> {});
    }

    private CacheSubscription subscription() {
        CacheSubscription made =
                new CacheSubscription(feed.window.at(START), START, Everything.FILTER, () -> {}, () -> START, s -> {});
        subscriptions.add(made);
        return made;
    }

    private static Event created(long revision, String name) {
        ObjectKey key = new ObjectKey("default", name);
        return new Event(
                Event.Type.PUT,
                "/registry/pods/default/" + name,
                new byte[0],
                new Revision(revision),
                new Revision(revision),
                ResourceStoreContract.object(key, "a"));
    }

    private List<String> read() {
        return List.of("a", "b").stream()
                .filter(name -> feed.settled().objects().get(new ObjectKey("default", name)) != null)
                .toList();
    }

    private List<String> polled() {
        return busy.poll(10).stream()
                .map(Change::object)
                .map(o -> o.key().name())
                .toList();
    }

    @Test
    void changesAreSeenByNobodyThenReadThenPolled() {
        feed.onEvents(List.of(created(2, "a"), created(3, "b")));
        assertThat(read()).isEmpty();
        assertThat(feed.settled().revision()).isEqualTo(START);
        shown.set(new Revision(3));
        assertThat(read()).containsExactly("a", "b");
        assertThat(feed.window.newest().revision).isEqualTo(START);
        feed.onShown();
        assertThat(polled()).containsExactly("a", "b");
        assertThat(read()).containsExactly("a", "b");
    }

    @Test
    void aStateOfThePastIsNotGuessedWhileItsNextChangeIsNotLinked() {
        feed.onEvents(List.of(created(2, "a")));
        shown.set(new Revision(2));
        feed.onShown();
        feed.onEvents(List.of(created(3, "b")));
        shown.set(new Revision(3));
        assertThat(feed.settled().after(feed.window.at(new Revision(2)))).isEmpty();
        feed.onShown();
        assertThat(feed.settled()
                        .after(feed.window.at(new Revision(2)))
                        .orElseThrow()
                        .size())
                .isEqualTo(1);
    }
}
