package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.Watch;
import io.kybern.apiserver.storage.KeyValueStore.WatchListener;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a store can do that others write to, too, and that can be cut off. */
class EtcdStoreTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final List<EtcdStore> stores = new ArrayList<>();
    private EtcdProcess etcd;

    @BeforeEach
    void start() {
        etcd = EtcdProcess.start(directory);
    }

    @AfterEach
    void stop() {
        stores.forEach(EtcdStore::close);
        if (etcd != null) {
            etcd.close();
        }
    }

    private EtcdStore open(int remembered) {
        EtcdStore store = etcd.open(remembered);
        stores.add(store);
        return store;
    }

    @Test
    void whatOthersHaveWrittenIsDeliveredBeforeAConsistentRead() {
        EtcdStore one = open(100);
        EtcdStore other = open(100);
        Recorder recorder = new Recorder();
        try (Watch watch = one.watch("/w/", one.currentRevision(), recorder)) {
            for (int i = 0; i < 50; i++) {
                Revision written = put(other, "/w/" + i, "x");
                one.awaitNewest();
                assertThat(recorder.events).hasSize(i + 1);
                assertThat(watch.progress()).isEqualTo(written);
            }
        }
    }

    @Test
    void anEtcdThatStartsLaterIsWaitedFor() {
        etcd.kill();
        CompletableFuture<EtcdStore> opening = CompletableFuture.supplyAsync(() -> open(100));
        etcd.startAgain();
        assertThat(opening).succeedsWithin(PATIENCE);
        assertThat(put(opening.join(), "/w/x", "x").value()).isGreaterThan(1);
    }

    @Test
    void progressComesAlsoWhenOnlyOtherKeysChange() throws InterruptedException {
        EtcdOptions options = etcd.options(100);
        EtcdStore narrow = EtcdStore.open(new EtcdOptions(
                options.endpoints(),
                options.authority(),
                options.certificate(),
                options.key(),
                "/mine/",
                options.history(),
                100,
                options.clock()));
        stores.add(narrow);
        try (Watch watch = narrow.watch("/mine/", narrow.currentRevision(), new Recorder())) {
            Revision elsewhere = put(open(100), "/others/a", "x");
            assertThat(watch.awaitProgress(elsewhere, PATIENCE)).isTrue();
        }
    }

    @Test
    void aWatchFromThePastReadsItFromEtcdWhereItIsNoLongerRemembered() throws InterruptedException {
        EtcdStore store = open(3);
        Revision start = store.currentRevision();
        for (int i = 0; i < 40; i++) {
            put(store, (i % 2 == 0 ? "/w/" : "/x/") + i, "x");
        }
        Recorder recorder = new Recorder();
        try (Watch watch = store.watch("/w/", start, recorder)) {
            Revision last = put(store, "/w/40", "x");
            assertThat(watch.awaitProgress(last, PATIENCE)).isTrue();
        }
        assertThat(recorder.events)
                .extracting(Event::key)
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 20)
                        .mapToObj(i -> "/w/" + 2 * i)
                        .toList());
    }

    @Test
    void aWatchHasNoGapAndNoRepetitionWhenEtcdCrashes() throws InterruptedException {
        EtcdStore store = open(100);
        Recorder recorder = new Recorder();
        List<Revision> written = new ArrayList<>();
        try (Watch watch = store.watch("/w/", store.currentRevision(), recorder)) {
            for (int crash = 0; crash < 3; crash++) {
                for (int i = 0; i < 10; i++) {
                    written.add(put(store, "/w/" + i, "x"));
                }
                etcd.kill();
                etcd.startAgain();
                EtcdStore other = open(100);
                for (int i = 0; i < 10; i++) { // while the first one may not be back yet
                    written.add(put(other, "/w/" + i, "y"));
                }
            }
            assertThat(watch.awaitProgress(written.getLast(), PATIENCE)).isTrue();
        }
        assertThat(recorder.events).extracting(Event::revision).containsExactlyElementsOf(written);
    }

    @Test
    void whoWasCutOffForLongerThanHistoryStartsAnew() throws Exception {
        EtcdStore store = open(100);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        store.watch("/w/", store.currentRevision(), new WatchListener() {
            @Override
            public void onEvents(List<Event> events) {}

            @Override
            public void onClosed(Throwable cause) {
                end.complete(cause);
            }
        });
        put(store, "/w/a", "1");
        etcd.kill();
        etcd.startAgain();
        EtcdStore other = open(100);
        EtcdClient compactor = EtcdClient.of(etcd.options(1));
        // before the other one's watch is taken up again or after: both are right, one of them is seen here
        for (int i = 0; i < 100; i++) {
            put(other, "/w/a", "2");
        }
        compactor.compact(other.currentRevision().value());
        compactor.close();
        store.awaitNewest();
        Recorder recorder = new Recorder();
        try (Watch watch = store.watch("/w/", store.currentRevision(), recorder)) {
            Revision last = put(other, "/w/b", "1");
            assertThat(watch.awaitProgress(last, PATIENCE)).isTrue();
            assertThat(recorder.events).extracting(Event::key).containsExactly("/w/b");
        }
        if (end.isDone()) {
            assertThat(end.get()).isInstanceOf(CompactedException.class);
        }
    }

    @Test
    void compactionsByOthersAreLearnt() {
        EtcdStore one = open(100);
        EtcdStore other = open(0);
        Revision first = put(one, "/a", "1");
        Revision second = put(one, "/a", "2");
        one.compact(second);
        assertThatThrownBy(() -> other.get("/a", first))
                .isInstanceOfSatisfying(
                        CompactedException.class, e -> assertThat(e.compacted()).isEqualTo(second));
        assertThat(other.compactedRevision()).isEqualTo(second);
        assertThat(open(100).compactedRevision()).isEqualTo(second);
    }

    @Test
    void oneServerOfManyCompactsInARound() {
        EtcdClient client = EtcdClient.of(etcd.options(1));
        try {
            EtcdStore store = open(100);
            Compaction one = new Compaction(client);
            Compaction other = new Compaction(client);
            assertThat(one.round()).isEmpty();
            long first = store.currentRevision().value();
            assertThat(other.round()).hasValue(0); // learns that it is not its turn
            put(store, "/a", "1");
            assertThat(one.round()).hasValue(first);
            put(store, "/a", "2");
            assertThat(other.round()).hasValue(first);
            assertThatThrownBy(() -> store.get("/a", new Revision(first - 1))).isInstanceOf(CompactedException.class);
            assertThat(store.get("/a", new Revision(first))).isEmpty();
        } finally {
            client.close();
        }
    }

    @Test
    void keysWithALeaseGoByThemselvesAndShareIt() throws Exception {
        EtcdStore store = open(100);
        CompletableFuture<Event> gone = new CompletableFuture<>();
        store.watch("/e/", store.currentRevision(), new WatchListener() {
            @Override
            public void onEvents(List<Event> events) {
                events.stream().filter(e -> e.type() == Event.Type.DELETE).forEach(gone::complete);
            }

            @Override
            public void onClosed(Throwable cause) {
                gone.completeExceptionally(cause);
            }
        });
        store.commit(new Write.Put("/e/a", Revision.NONE, bytes("x"), null, 1));
        assertThat(gone.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).key()).isEqualTo("/e/a");
    }

    @Test
    void aRangeOfAnyLengthIsOfOneRevision() {
        EtcdStore store = open(100);
        for (int i = 0; i < 25; i++) {
            List<Write> writes = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
                writes.add(Write.put(String.format("/r/%04d", 100 * i + j), Revision.NONE, bytes("x")));
            }
            store.commit(writes);
        }
        assertThat(store.range("/r/", "/r0", Revision.NONE, 0).items())
                .extracting(KeyValue::key)
                .hasSize(2_500)
                .isSorted();
        assertThat(store.range("/r/", "/r0", Revision.NONE, 1_500))
                .satisfies(page -> assertThat(page.items()).hasSize(1_500))
                .satisfies(page -> assertThat(page.more()).isTrue());
    }

    private static Revision put(EtcdStore store, String key, String value) {
        CommitResult result = store.commit(Write.put(key, null, bytes(value)));
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result).revision();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
