package io.kybern.conformance.bench.load;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** Watchers of a collection, while some clients create in it: deliveries are counted, and whether each watcher got all in order. */
public final class WatchedWrites implements Load {
    /** Precedes the {@link System#nanoTime} of the request in the names of objects. */
    private static final byte[] STAMP = "-at-".getBytes(StandardCharsets.US_ASCII);
    /** The name stands in the first bytes of an event. */
    private static final int BEGINNING = 256;

    private final Watchers watchers;
    private final Load writers;

    private WatchedWrites(Watchers watchers, Load writers) {
        this.watchers = watchers;
        this.writers = writers;
    }

    /** Written as fast as so many writers can; the age of events is looked at by one watcher in a hundred. */
    public static WatchedWrites flatOut(
            ServerProcess server,
            String collection,
            WatchProtocol protocol,
            int watchers,
            int writers,
            Supplier<byte[]> creates)
            throws IOException {
        return new WatchedWrites(
                Watchers.open(server, collection, protocol, watchers, 100),
                ClosedLoop.open(server, writers, creates, 201));
    }

    /** So many a second; each watcher looks at the age of events. */
    public static WatchedWrites paced(
            ServerProcess server,
            String collection,
            WatchProtocol protocol,
            int watchers,
            int rate,
            Supplier<byte[]> creates)
            throws IOException {
        return new WatchedWrites(
                Watchers.open(server, collection, protocol, watchers, 1), PacedLoop.open(server, rate, creates, 201));
    }

    /** Tells in a name when the request was made. */
    public static String stamp() {
        return new String(STAMP, StandardCharsets.US_ASCII) + System.nanoTime();
    }

    /** What {@link #stamp} has put into the beginning of these bytes; 0 where it hasn't. */
    static long stampIn(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + BEGINNING) - STAMP.length;
        for (int i = from; i < end; i++) {
            if (bytes[i] == '-' && bytes[i + 1] == 'a' && bytes[i + 2] == 't' && bytes[i + 3] == '-') {
                long stamp = 0;
                for (int digit = i + STAMP.length; bytes[digit] >= '0' && bytes[digit] <= '9'; digit++) {
                    stamp = stamp * 10 + bytes[digit] - '0';
                }
                return stamp;
            }
        }
        return 0;
    }

    @Override
    public Outcome run(Duration duration) {
        Outcome written = writers.run(duration);
        long delivered = watchers.deliveries();
        watchers.awaitEach(written.operations());
        Figures more = Figures.none()
                .with(Figure.INTERRUPTIONS, watchers.interruptions())
                .with(Figure.LOST, watchers.lost(written.operations()))
                .with(Figure.DISORDER, watchers.disorder());
        return new Outcome(delivered, written.elapsed(), watchers.latencies(), more);
    }

    @Override
    public void close() {
        writers.close();
        watchers.close();
    }
}
