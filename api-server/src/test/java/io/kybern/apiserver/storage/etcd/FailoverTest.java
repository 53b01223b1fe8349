package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Watch;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import io.kybern.etcd.Etcd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members of which one after the other is killed. */
class FailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For less than a connection is kept that nobody answers on. */
    private static final Duration HANGING = Duration.ofSeconds(6);

    private static final int WRITERS = 4;

    @TempDir
    private Path directory;

    private List<Etcd> members = List.of();
    private Optional<EtcdStore> opened = Optional.empty();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Revision> written = new ConcurrentLinkedQueue<>();
    private final Semaphore acknowledged = new Semaphore(0);
    private final AtomicInteger repeated = new AtomicInteger();
    private volatile boolean over;

    @BeforeEach
    void start() {
        members = Etcd.cluster(directory, 3);
    }

    @AfterEach
    void stop() {
        over = true;
        opened.ifPresent(EtcdStore::close);
        members.forEach(Etcd::close);
    }

    private EtcdStore open() {
        EtcdStore store = EtcdStore.open(
                EtcdProcess.options(members.stream().map(Etcd::endpoint).toList(), 1_000));
        opened = Optional.of(store);
        return store;
    }

    @Test
    void noRequestFailsTwiceAndWatchesHaveNoGap() throws Exception {
        EtcdStore store = open();
        Recorder recorder = new Recorder();
        try (Watch watch = store.watch("/w/", store.currentRevision(), recorder)) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                String prefix = "/w/" + w + "/";
                writers.add(Thread.ofVirtual().start(() -> write(store, prefix)));
            }
            for (Etcd member : members) {
                awaitMore(20);
                member.kill();
                awaitMore(20);
                member.startAgain();
                awaitMore(20);
            }
            over = true;
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failures).isEmpty();
            store.awaitNewest();
            assertThat(watch.awaitProgress(store.currentRevision(), PATIENCE)).isTrue();
        }
        List<Revision> seen = recorder.events.stream().map(Event::revision).toList();
        assertThat(seen).isSorted().doesNotHaveDuplicates().containsAll(written);
        assertThat(store.range("/w/", "/w0", Revision.NONE, 0).items())
                .extracting(KeyValue::key)
                .as("what was created, once each")
                .hasSameSizeAs(written);
    }

    @Test
    void aMemberThatHangsFailsNoUpdateAndNoRead() {
        EtcdStore store = open();
        Recorder recorder = new Recorder();
        List<Revision> updates = new ArrayList<>();
        try (Watch watch = store.watch("/u/", store.currentRevision(), recorder)) {
            updates.add(committed(store.commit(Write.put("/u/a", Revision.NONE, bytes("0")))));
            for (Etcd member : members) {
                member.hang();
                try {
                    long end = System.nanoTime() + HANGING.toNanos();
                    while (System.nanoTime() < end) {
                        byte[] value = bytes(String.valueOf(updates.size()));
                        updates.add(committed(store.commit(Write.put("/u/a", updates.getLast(), value))));
                        store.awaitNewest();
                        assertThat(watch.progress()).isGreaterThanOrEqualTo(updates.getLast());
                    }
                } finally {
                    member.goOn();
                }
            }
        }
        assertThat(recorder.events).extracting(Event::revision).containsExactlyElementsOf(updates);
        assertThat(updates).hasSizeGreaterThan(members.size());
    }

    private static Revision committed(CommitResult result) {
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result).revision();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each write and read may be repeated once. */
    private void write(EtcdStore store, String prefix) {
        for (int i = 0; !over; i++) {
            String key = prefix + i;
            byte[] value = key.getBytes(StandardCharsets.UTF_8);
            try {
                CommitResult result = once(() -> store.commit(Write.put(key, Revision.NONE, value)));
                switch (result) {
                    case CommitResult.Committed committed -> written.add(committed.revision());
                    case CommitResult.Conflict conflict ->
                        written.add(conflict.actual().orElseThrow().modified()); // the first attempt was written
                }
                acknowledged.release();
                if (once(() -> store.get(key, Revision.NONE)).isEmpty()) {
                    failures.add(key + " is not there");
                }
            } catch (RuntimeException e) {
                failures.add(key + ": " + e.getMessage());
            }
        }
    }

    private <T> T once(java.util.function.Supplier<T> action) {
        try {
            return action.get();
        } catch (StorageUnavailableException e) {
            repeated.incrementAndGet();
            return action.get();
        }
    }

    private void awaitMore(int writes) throws InterruptedException {
        acknowledged.drainPermits();
        assertThat(acknowledged.tryAcquire(writes, PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .as("%s", failures)
                .isTrue();
    }
}
