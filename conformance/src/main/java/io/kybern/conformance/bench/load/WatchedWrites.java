package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Watchers of a collection, while some clients create in it as fast as they can: deliveries are counted. */
public final class WatchedWrites implements Load {
    private final Watchers watchers;
    private final ClosedLoop writers;

    private WatchedWrites(Watchers watchers, ClosedLoop writers) {
        this.watchers = watchers;
        this.writers = writers;
    }

    /** @param creates requests whose objects' names end with {@link #stamp()} */
    public static WatchedWrites open(
            ServerProcess server, String collection, int watchers, int writers, Supplier<byte[]> creates)
            throws IOException {
        return new WatchedWrites(
                Watchers.open(server, collection, watchers), ClosedLoop.open(server, writers, creates, 201));
    }

    /** Tells in a name when the request was made. */
    public static String stamp() {
        return Watchers.STAMP + System.nanoTime();
    }

    @Override
    public Outcome run(Duration duration) {
        watchers.reset();
        Outcome written = writers.run(duration);
        return new Outcome(watchers.deliveries(), written.elapsed(), watchers.latencies(), watchers.interruptions());
    }

    @Override
    public void close() {
        writers.close();
        watchers.close();
    }
}
