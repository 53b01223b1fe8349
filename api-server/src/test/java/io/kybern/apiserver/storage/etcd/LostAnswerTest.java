package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A write that etcd has done, and whose answer is lost: it is sent again. */
@Timeout(60)
class LostAnswerTest {
    private static final String KEY = "/u/a";

    @TempDir
    private Path directory;

    private EtcdProcess etcd;
    private LossyWay way;
    /** What the answers are lost to. */
    private EtcdStore store;
    /** Another one, which nothing is lost to. */
    private EtcdStore other;

    @BeforeEach
    void open() {
        etcd = EtcdProcess.start(directory);
        way = LossyWay.to(etcd.endpoint());
        other = etcd.open();
        store = EtcdStore.open(EtcdProcess.options(List.of(way.entrance()), 1_000));
    }

    @AfterEach
    void close() {
        if (store != null) { // else there is no etcd here
            store.close();
            other.close();
            way.close();
            etcd.close();
        }
    }

    @Test
    void anUpdateThatIsStillThereSucceeds() throws Exception {
        CompletableFuture<CommitResult> update = loseAnswerTo(Write.put(KEY, create(), bytes("mine")));
        KeyValue mine = awaitValue("mine");
        way.breakOff();
        assertThat(update.get()).isEqualTo(new CommitResult.Committed(mine.modified()));
    }

    @Test
    void anUpdateThatSomebodyHasOverwrittenIsNoConflict() throws Exception {
        CompletableFuture<CommitResult> update = loseAnswerTo(Write.put(KEY, create(), bytes("mine")));
        KeyValue mine = awaitValue("mine");
        Revision theirs = write(mine.modified(), "theirs");
        way.breakOff();
        assertUnknown(update);
        assertThat(current()).contains(theirs);
    }

    @Test
    void anUpdateThatSomebodyHasDeletedIsNoConflict() throws Exception {
        CompletableFuture<CommitResult> update = loseAnswerTo(Write.put(KEY, create(), bytes("mine")));
        KeyValue mine = awaitValue("mine");
        other.commit(Write.delete(KEY, mine.modified()));
        way.breakOff();
        assertUnknown(update);
        assertThat(current()).isEmpty();
    }

    @Test
    void aCreateThatSomebodyHasOverwrittenIsNoConflict() throws Exception {
        CompletableFuture<CommitResult> create = loseAnswerTo(Write.put(KEY, Revision.NONE, bytes("mine")));
        KeyValue mine = awaitValue("mine");
        Revision theirs = write(mine.modified(), "theirs");
        way.breakOff();
        assertUnknown(create);
        assertThat(current()).contains(theirs);
    }

    @Test
    void aConflictFoundAtOnceIsOne() {
        Revision created = create();
        Revision theirs = write(created, "theirs");
        assertThat(store.commit(Write.put(KEY, created, bytes("mine"))))
                .isInstanceOfSatisfying(
                        CommitResult.Conflict.class,
                        conflict -> assertThat(conflict.actual().map(KeyValue::modified))
                                .contains(theirs));
    }

    private Revision create() {
        return ((CommitResult.Committed) store.commit(Write.put(KEY, Revision.NONE, bytes("first")))).revision();
    }

    private CompletableFuture<CommitResult> loseAnswerTo(Write write) {
        way.loseAnswers();
        CompletableFuture<CommitResult> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(store.commit(write));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private KeyValue awaitValue(String value) {
        while (true) {
            Optional<KeyValue> found = other.get(KEY, Revision.NONE);
            if (found.isPresent() && new String(found.get().value(), StandardCharsets.UTF_8).equals(value)) {
                return found.get();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private Revision write(Revision expected, String value) {
        return ((CommitResult.Committed) other.commit(Write.put(KEY, expected, bytes(value)))).revision();
    }

    private Optional<Revision> current() {
        return other.get(KEY, Revision.NONE).map(KeyValue::modified);
    }

    private static void assertUnknown(CompletableFuture<CommitResult> result) {
        assertThatThrownBy(result::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StorageUnavailableException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
