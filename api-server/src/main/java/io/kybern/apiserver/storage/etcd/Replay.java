package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads a stretch of the past: by a watch of its own, which is over when etcd says that it is at the end of it. */
final class Replay implements ChangeStream.Sink {
    private static final long AGAIN_MILLIS = 20;

    private final String prefix;
    private final long upTo;
    private final List<Event> found = new ArrayList<>();
    private final CompletableFuture<List<Event>> all = new CompletableFuture<>();

    private Replay(String prefix, long upTo) {
        this.prefix = prefix;
        this.upTo = upTo;
    }

    /**
     * The changes of keys with a prefix, later than {@code after} and not than {@code upTo}; blocks.
     *
     * @param all the prefix of all objects: where not every watch can be asked how far it is, this watches all of them
     * @throws CompactedException if they are not all there any more
     */
    static List<Event> read(
            EtcdClient client, String all, String prefix, long after, long upTo, ScheduledExecutorService timer) {
        String watched = client.progress().allTrusted() ? prefix : all;
        Replay replay = new Replay(prefix, upTo);
        try (ChangeStream stream = new ChangeStream(client, watched, after, replay, timer)) {
            stream.start();
            Future<?> asking = timer.scheduleWithFixedDelay(
                    stream::requestProgress, AGAIN_MILLIS, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            try {
                return client.await(replay.all);
            } finally {
                asking.cancel(false);
            }
        }
    }

    @Override
    public void changed(List<Event> events) {
        for (Event event : events) {
            if (event.revision().value() <= upTo && event.key().startsWith(prefix)) {
                found.add(event);
            }
        }
        progressed(events.getLast().revision().value());
    }

    @Override
    public void progressed(long revision) {
        if (revision >= upTo) {
            all.complete(List.copyOf(found));
        }
    }

    @Override
    public void compacted(long revision) {
        all.completeExceptionally(new CompactedException(new Revision(revision)));
    }
}
