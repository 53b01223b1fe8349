package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that watch, each on a virtual thread of its own. All count; the first also looks how old the events are. */
final class Watchers implements AutoCloseable {
    /** Precedes the {@link System#nanoTime} of the request in the names of objects. */
    static final String STAMP = "-at-";

    private static final byte[] NAME = "\"metadata\":{\"name\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NAME = 64;

    private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"([0-9]+)\"");
    private static final System.Logger log = System.getLogger(Watchers.class.getName());

    private final int port;
    private final String collection;
    private final Queue<HttpConnection> connections = new ConcurrentLinkedQueue<>();
    private final LongAdder interruptions = new LongAdder();
    private final LongAdder deliveries = new LongAdder();
    private Latencies latencies = new Latencies();
    private volatile String failure = "";
    private volatile boolean closing;

    private Watchers(int port, String collection) {
        this.port = port;
        this.collection = collection;
    }

    /** Watches a collection from its present state on. */
    static Watchers open(ServerProcess server, String collection, int count) throws IOException {
        Watchers watchers = new Watchers(server.port(), collection);
        for (int i = 0; i < count; i++) {
            HttpConnection.BodySink sink = i == 0 ? watchers::countAndLook : watchers::count;
            HttpConnection connection = watchers.connect();
            byte[] request = watchers.request(connection);
            Thread.ofVirtual().name("watcher-" + i).start(() -> watchers.watch(connection, request, sink));
        }
        return watchers;
    }

    private HttpConnection connect() throws IOException {
        HttpConnection connection = HttpConnection.open(port);
        connections.add(connection);
        return connection;
    }

    /** From what is newest now: what happened in between isn't delivered, nor counted. */
    private byte[] request(HttpConnection connection) throws IOException {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        connection.exchange(HttpConnection.request("GET", collection + "?limit=1", ""), list::write);
        Matcher version = VERSION.matcher(list.toString(StandardCharsets.UTF_8));
        if (!version.find()) {
            throw new IOException("a list has no resourceVersion");
        }
        return HttpConnection.request(
                "GET", collection + "?watch=true&timeoutSeconds=3600&resourceVersion=" + version.group(1), "");
    }

    /** A server may end a watch that can't keep up; as each client does, this one watches again. */
    private void watch(HttpConnection first, byte[] firstRequest, HttpConnection.BodySink sink) {
        HttpConnection connection = first;
        byte[] request = firstRequest;
        while (!closing) {
            try {
                int status = connection.exchange(request, sink);
                if (status != 200) {
                    throw new IOException("a watch was answered " + status);
                }
            } catch (IOException e) {
                log.log(Level.DEBUG, "a watch has ended", e);
            }
            connection.close();
            if (closing) {
                return;
            }
            interruptions.increment();
            try {
                connection = connect();
                request = request(connection);
            } catch (IOException e) {
                failure = closing ? "" : "can't watch again: " + e.getMessage();
                return;
            }
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
        interruptions.reset();
        latencies = new Latencies();
    }

    long deliveries() {
        if (!failure.isEmpty()) {
            throw new LoadException(failure);
        }
        return deliveries.sum();
    }

    long interruptions() {
        return interruptions.sum();
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
