package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Up to where history is gone, as far as it is known here. etcd tells it only to who wants changes that are no longer there, so
 * {@link #ask} watches from the very beginning, a key that never changes: either that is refused, or nothing is gone yet.
 */
final class CompactedRevision {
    private static final String UNCHANGED = "kybern-never-written";
    /** An empty etcd is at this revision. */
    private static final long FIRST = 1;

    private static final long AGAIN_MILLIS = 20;

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
        CompletableFuture<Long> answer = new CompletableFuture<>();
        try (ChangeStream probe = new ChangeStream(client.watch(), UNCHANGED, 0, new Answer(answer), timer)) {
            probe.start();
            Future<?> asking = timer.scheduleWithFixedDelay(
                    probe::requestProgress, AGAIN_MILLIS, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            try {
                learn(client.await(answer));
            } finally {
                asking.cancel(false);
            }
        }
        return known();
    }

    private record Answer(CompletableFuture<Long> answer) implements ChangeStream.Sink {
        @Override
        public void changed(List<Event> events) {
            answer.complete(FIRST);
        }

        @Override
        public void progressed(long revision) {
            answer.complete(FIRST);
        }

        @Override
        public void compacted(long revision) {
            answer.complete(revision);
        }
    }
}
