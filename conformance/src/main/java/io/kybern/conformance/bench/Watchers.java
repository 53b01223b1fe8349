package io.kybern.conformance.bench;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Clients that watch, each on a virtual thread of its own. All count; the first also looks how old the events are. */
final class Watchers implements AutoCloseable {
    /** Precedes the {@link System#nanoTime} of the request in the names of objects. */
    static final String STAMP = "-at-";

    private static final byte[] NAME = "\"metadata\":{\"name\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NAME = 64;

    private final List<HttpConnection> connections = new ArrayList<>();
    private final LongAdder deliveries = new LongAdder();
    private Latencies latencies = new Latencies();
    private volatile String failure = "";
    private volatile boolean closing;

    private Watchers() {}

    static Watchers open(ServerProcess server, int count) throws IOException {
        Watchers watchers = new Watchers();
        for (int i = 0; i < count; i++) {
            HttpConnection connection = HttpConnection.open(server.port());
            watchers.connections.add(connection);

            boolean looks = i == 0;
            HttpConnection.BodySink sink = looks ? watchers::countAndLook : watchers::count;
            Thread.ofVirtual().name("watcher-" + i).start(() -> watchers.watch(connection, sink));
        }
        return watchers;
    }

    private void watch(HttpConnection connection, HttpConnection.BodySink sink) {
        String target = ConfigMaps.COLLECTION + "?watch=true&timeoutSeconds=3600";
        try {
            int status = connection.exchange(HttpConnection.request("GET", target, ""), sink);
            failure = "a watch has ended with status " + status;
        } catch (IOException e) {
            failure = closing ? "" : "a watch has ended: " + e.getMessage();
        }
    }

    /** Events end with a line feed, and have none elsewhere. */
    private void count(byte[] bytes, int offset, int length) {
        int lines = 0;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                lines++;
            }
        }
        deliveries.add(lines);
    }

    /** Misses names that are cut by the end of a piece; there are enough of the others. */
    private void countAndLook(byte[] bytes, int offset, int length) {
        count(bytes, offset, length);
        long now = System.nanoTime();
        int end = offset + length - NAME.length - LONGEST_NAME;
        for (int i = offset; i < end; i++) {
            if (bytes[i] == '"' && startsWith(bytes, i, NAME)) {
                String name = new String(bytes, i + NAME.length, LONGEST_NAME, StandardCharsets.US_ASCII);
                int stamp = name.indexOf(STAMP) + STAMP.length();
                long then = Long.parseLong(name.substring(stamp, name.indexOf('"')));
                synchronized (this) {
                    latencies.add(now - then);
                }
                i += NAME.length;
            }
        }
    }

    private static boolean startsWith(byte[] bytes, int offset, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[offset + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    synchronized void reset() {
        deliveries.reset();
        latencies = new Latencies();
    }

    long deliveries() {
        if (!failure.isEmpty()) {
            throw new LoadException(failure);
        }
        return deliveries.sum();
    }

    synchronized Latencies latencies() {
        return Latencies.of(List.of(latencies));
    }

    @Override
    public void close() {
        closing = true;
        connections.forEach(HttpConnection::close);
    }
}
