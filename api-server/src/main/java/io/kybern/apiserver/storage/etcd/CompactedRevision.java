package io.kybern.apiserver.storage.etcd;

import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.options.GetOption;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Up to where history is gone, as far as it is known here. etcd tells it only to who wants changes that are no longer there, so
 * {@link #ask} watches from the very beginning, a key that never changes, when something is gone.
 */
final class CompactedRevision {
    private static final String UNCHANGED = "kybern-never-written";
    /** An empty etcd is at this revision. */
    private static final long FIRST = 1;

    private static final GetOption AT_FIRST =
            GetOption.builder().withRevision(FIRST).withCountOnly(true).build();

    private final EtcdClient client;
    private final ScheduledExecutorService timer;
    private final AtomicLong known = new AtomicLong(FIRST);

    CompactedRevision(EtcdClient client, ScheduledExecutorService timer) {
        this.client = client;
        this.timer = timer;
    }

    long known() {
        return known.get();
    }

    void learn(long revision) {
        known.accumulateAndGet(revision, Math::max);
    }

    /** Asks etcd; blocks. */
    long ask() {
        if (firstIsGone()) {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            try (ChangeStream probe = new ChangeStream(client, UNCHANGED, 0, new Answer(answer), timer)) {
                probe.start();
                learn(client.await(answer));
            }
        }
        return known();
    }

    private boolean firstIsGone() {
        try {
            client.get(UNCHANGED, AT_FIRST);
            return false;
        } catch (EtcdException e) {
            if (EtcdClient.meansCompacted(e)) {
                return true;
            }
            throw e;
        }
    }

    private record Answer(CompletableFuture<Long> answer) implements ChangeStream.Sink {
        @Override
        public void changed(List<Event> events) {
            // none of this key
        }

        @Override
        public void progressed(long revision) {
            // not asked for
        }

        @Override
        public void compacted(long revision) {
            answer.complete(revision);
        }
    }
}
