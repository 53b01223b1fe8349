package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link ResourceStore} promises; its resource is namespaced. */
public abstract class ResourceStoreContract {
    protected static final ObjectKey WEB = new ObjectKey("default", "web");

    /** An empty store, the same during a test. */
    protected abstract ResourceStore store();

    @Test
    void aCreatedObjectIsServedWithItsRevision() {
        StoredObject created = done(store().create(WEB, object(WEB, "a"), 0));
        assertThat(store().get(WEB)).contains(created);
        assertThat(json(created))
                .isEqualTo("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
                        + created.revision()
                        + "\",\"name\":\"web\",\"namespace\":\"default\",\"labels\":{\"v\":\"a\"}}}");
        assertThat(json(created).substring(created.itemOffset())).startsWith("\"metadata\":{");
        assertThat(store().snapshot().revision()).isEqualTo(created.revision());
    }

    @Test
    void writesThatExpectSomethingElseAreRefused() {
        assertThat(store().update(WEB, new Revision(1), object(WEB, "a"), 0)).isInstanceOf(WriteResult.Missing.class);
        assertThat(store().delete(WEB, new Revision(1))).isInstanceOf(WriteResult.Missing.class);
        StoredObject first = done(store().create(WEB, object(WEB, "a"), 0));
        StoredObject second = done(store().update(WEB, first.revision(), object(WEB, "b"), 0));
        assertThat(store().create(WEB, object(WEB, "c"), 0)).isEqualTo(new WriteResult.Exists(second));
        assertThat(store().update(WEB, first.revision(), object(WEB, "c"), 0))
                .isEqualTo(new WriteResult.Conflict(second));
        assertThat(store().delete(WEB, first.revision())).isEqualTo(new WriteResult.Conflict(second));
    }

    @Test
    void whatEtcdWouldNotTakeIsRefusedInItsWords() {
        int etcd = 3 << 19;
        int frames = 200; // at most what stands around the object, and at least half of it
        StoredObject first = done(store().create(WEB, ofSize(etcd - frames), 0));
        assertThatThrownBy(() -> store().update(WEB, first.revision(), ofSize(etcd - frames / 2), 0))
                .isInstanceOf(KeyValueStore.TooLargeException.class)
                .hasMessage("etcdserver: request is too large");
        assertThatThrownBy(() -> store().update(WEB, first.revision(), ofSize(2 << 20), 0))
                .isInstanceOf(KeyValueStore.TooLargeException.class)
                .hasMessageMatching("rpc error: code = ResourceExhausted desc = trying to send message larger than max "
                        + "\\(20972\\d\\d vs. 2097152\\)");
        assertThat(store().get(WEB)).contains(first);
        ObjectKey other = new ObjectKey("default", "other");
        assertThatThrownBy(() -> store().create(other, ofSize(2 << 20), 0))
                .isInstanceOf(KeyValueStore.TooLargeException.class);
        assertThat(store().get(other)).isEmpty();
    }

    private static EncodedObject ofSize(int bytes) {
        return object(WEB, "x".repeat(bytes - object(WEB, "").json().length));
    }

    @Test
    void aDeleteAnswersTheLastStateAtItsRevision() {
        StoredObject created = done(store().create(WEB, object(WEB, "a"), 0));
        StoredObject deleted = done(store().delete(WEB, created.revision()));
        assertThat(deleted.revision().isAfter(created.revision())).isTrue();
        assertThat(json(deleted))
                .isEqualTo(json(created).replace("\"" + created.revision() + "\"", "\"" + deleted.revision() + "\""));
        assertThat(store().get(WEB)).isEmpty();
    }

    @Test
    void snapshotsAreOrderedAsPathsAndSplitByNamespace() {
        for (String path : List.of("a/x", "a-b/y", "b/z", "a/w", "a-b/x")) {
            create(path);
        }
        Snapshot snapshot = store().snapshot();
        assertThat(paths(snapshot, "", new ObjectKey("", ""))).containsExactly("a-b/x", "a-b/y", "a/w", "a/x", "b/z");
        assertThat(paths(snapshot, "a", new ObjectKey("", ""))).containsExactly("a/w", "a/x");
        assertThat(paths(snapshot, "a", new ObjectKey("a", "wa"))).containsExactly("a/x");
        assertThat(paths(snapshot, "a", new ObjectKey("b", ""))).isEmpty();
        assertThat(snapshot.count("a")).isEqualTo(2);
        assertThat(snapshot.count("a-b")).isEqualTo(2);
        assertThat(snapshot.count("")).isEqualTo(5);
        assertThat(snapshot.count("c")).isZero();
        ObjectKey first = snapshot.iterate("a", new ObjectKey("", "")).next().key();
        assertThat(snapshot.countAfter("a", first)).isEqualTo(1);
        assertThat(snapshot.countAfter("", first)).isEqualTo(2);
        assertThat(snapshot.countAfter("a", new ObjectKey("a", "~"))).isZero();
    }

    @Test
    void thePastIsASnapshotAndTheFutureIsNone() throws InterruptedException {
        StoredObject first = done(store().create(WEB, object(WEB, "a"), 0));
        Snapshot before = store().snapshot();
        StoredObject second = done(store().update(WEB, first.revision(), object(WEB, "b"), 0));
        create("default/other");
        assertThat(before.get(WEB)).contains(first);
        assertThat(store().snapshotAt(first.revision()).get(WEB)).contains(first);
        assertThat(store().snapshotAt(second.revision()).get(WEB)).contains(second);
        assertThat(store().snapshotAt(second.revision()).count("")).isEqualTo(1);
        Revision future = new Revision(store().snapshot().revision().value() + 1);
        assertThatThrownBy(() -> store().snapshotAt(future)).isInstanceOf(KeyValueStore.FutureRevisionException.class);
        assertThat(store().awaitRevision(second.revision(), Duration.ZERO)).isTrue();
        assertThat(store().awaitRevision(future, Duration.ofMillis(1))).isFalse();
    }

    @Test
    void aWatchSeesWhatComesAfterItsRevision() {
        StoredObject first = done(store().create(WEB, object(WEB, "a"), 0));
        StoredObject second = done(store().update(WEB, first.revision(), object(WEB, "b"), 0));
        AtomicInteger wakes = new AtomicInteger();
        try (Subscription watch = store().watch(first.revision(), everything(""), wakes::incrementAndGet)) {
            assertThat(types(watch.poll(10))).containsExactly("MODIFIED web b");
            assertThat(watch.progress()).isEqualTo(second.revision());
            assertThat(watch.poll(10)).isEmpty();
            assertThat(wakes).hasValue(0);
            StoredObject deleted = done(store().delete(WEB, second.revision()));
            create("default/new");
            assertThat(wakes).hasValue(1);
            List<Change> changes = watch.poll(10);
            assertThat(types(changes)).containsExactly("DELETED web b", "ADDED new new");
            assertThat(json(changes.getFirst().object())).isEqualTo(json(deleted));
        }
    }

    @Test
    void changesInAndOutOfTheFilterShowAsAddedAndDeleted() {
        ObjectFilter onlyB =
                Samples.filter("", object -> "b".equals(object.labels().get("v")));
        StoredObject at = done(store().create(WEB, object(WEB, "a"), 0));
        try (Subscription watch = store().watch(at.revision(), onlyB, () -> {})) {
            for (String value : List.of("b", "b", "c", "c", "b")) {
                at = done(store().update(WEB, at.revision(), object(WEB, value), 0));
            }
            store().delete(WEB, at.revision());
            List<Change> changes = watch.poll(100);
            assertThat(types(changes))
                    .containsExactly("ADDED web b", "MODIFIED web b", "DELETED web b", "ADDED web b", "DELETED web b");
            for (Change change : changes) {
                assertThat(change.object().revision()).isEqualTo(change.revision());
            }
        }
    }

    @Test
    void aWatchIsNotWokenByWhatDoesNotConcernItButItsProgressGoesOn() {
        AtomicInteger wakes = new AtomicInteger();
        try (Subscription watch =
                store().watch(store().snapshot().revision(), everything("mine"), wakes::incrementAndGet)) {
            assertThat(watch.poll(1)).isEmpty();
            StoredObject other = create("others/x");
            assertThat(wakes).hasValue(0);
            assertThat(watch.progress()).isEqualTo(other.revision());
            create("mine/x");
            assertThat(wakes).hasValue(1);
            assertThat(types(watch.poll(10))).containsExactly("ADDED x x");
        }
    }

    protected final StoredObject create(String path) {
        String[] parts = path.split("/");
        ObjectKey key = new ObjectKey(parts[0], parts[1]);
        return done(store().create(key, object(key, key.name()), 0));
    }

    public static EncodedObject object(ObjectKey key, String label) {
        return Samples.object(key, label);
    }

    protected static StoredObject done(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Done.class);
        return ((WriteResult.Done) result).object();
    }

    protected static List<String> types(List<Change> changes) {
        return changes.stream()
                .map(change -> change.type() + " " + change.object().key().name() + " "
                        + change.object().labels().get("v"))
                .toList();
    }

    private static List<String> paths(Snapshot snapshot, String namespace, ObjectKey from) {
        List<String> paths = new ArrayList<>();
        snapshot.iterate(namespace, from)
                .forEachRemaining(object -> paths.add(object.key().path()));
        return paths;
    }

    protected static String json(StoredObject object) {
        return new String(object.json(), StandardCharsets.UTF_8);
    }

    protected static ObjectFilter everything(String namespace) {
        return Samples.everything(namespace);
    }
}
