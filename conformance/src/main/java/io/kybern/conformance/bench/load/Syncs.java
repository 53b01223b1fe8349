package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.HttpConnection.BodySink;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;

/**
 * Informers that start all at once, as after a server's restart: each gets a collection by a watch with initial events, on a new
 * connection, up to the bookmark that ends them. A round ends with the last; rounds follow each other.
 */
public final class Syncs implements Load {
    private static final byte[] END = "\"k8s.io/initial-events-end\":\"true\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHIFTS = shifts();

    private final ServerProcess server;
    private final int informers;
    private final byte[] request;

    public Syncs(ServerProcess server, int informers, String collection) {
        this.server = server;
        this.informers = informers;
        this.request = HttpConnection.request(
                "GET",
                collection + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                        + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=600",
                "");
    }

    @Override
    public Outcome run(Duration duration) {
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        Latencies all = new Latencies();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            Callable<Long> sync = () -> sync(start);
            for (long nanos : Together.run(Collections.nCopies(informers, sync))) {
                all.add(nanos);
            }
        }
        return new Outcome(all.count(), Duration.ofNanos(System.nanoTime() - begin), all);
    }

    private long sync(long start) throws IOException {
        try (HttpConnection connection = server.connect()) {
            connection.exchange(request, new UntilEnd());
            throw new LoadException("a watch has ended before its initial events had");
        } catch (InitialEventsEnd e) {
            return System.nanoTime() - start;
        }
    }

    /** Ends the exchange when the annotation of the last initial event has come, also in two pieces. */
    private static final class UntilEnd implements BodySink {
        private byte[] before = new byte[0];

        @Override
        public void accept(byte[] bytes, int offset, int length) {
            int reach = END.length - 1;
            byte[] seam = Arrays.copyOf(before, before.length + Math.min(length, reach));
            System.arraycopy(bytes, offset, seam, before.length, seam.length - before.length);
            if (contains(seam, 0, seam.length) || contains(bytes, offset, offset + length)) {
                throw new InitialEventsEnd();
            }
            before = Arrays.copyOfRange(bytes, Math.max(offset, offset + length - reach), offset + length);
        }

        /** Looks at one byte in thirty or so (Horspool): who measures must not be what is measured. */
        private static boolean contains(byte[] bytes, int from, int to) {
            for (int last = from + END.length - 1; last < to; last += SHIFTS[bytes[last] & 0xff]) {
                int begin = last - END.length + 1;
                if (Arrays.equals(bytes, begin, last + 1, END, 0, END.length)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** By how much the end can move on from a byte that it meets: to where that byte stands in it. */
    private static byte[] shifts() {
        byte[] shifts = new byte[256];
        Arrays.fill(shifts, (byte) END.length);
        for (int i = 0; i < END.length - 1; i++) {
            shifts[END[i] & 0xff] = (byte) (END.length - 1 - i);
        }
        return shifts;
    }

    private static final class InitialEventsEnd extends RuntimeException {
        private static final long serialVersionUID = 1;

        InitialEventsEnd() {
            super("", null, false, false);
        }
    }

    @Override
    public void close() {}
}
