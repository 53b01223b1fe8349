package io.kybern.conformance.robustness;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.robustness.history.Scope;
import io.kybern.conformance.robustness.history.Version;
import io.kybern.conformance.robustness.history.WatchSession;
import io.kybern.conformance.robustness.history.WatchSession.Bookmark;
import io.kybern.conformance.robustness.history.WatchSession.Event;
import io.kybern.conformance.robustness.history.WatchSession.Seen;
import io.kybern.conformance.robustness.history.WatchSession.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Watches, and watches again when that has ended: a steady one from where it was, a wanderer from anywhere. A thread of its own
 * runs it; others may {@link #close} it and ask how far it is.
 */
final class WatchClient implements Runnable, AutoCloseable {
    /** Longer than a run: steady ones end when the server does. */
    private static final int STEADY_SECONDS = 600;

    private final String name;
    private final Scope scope;
    private final boolean steady;
    private final Subject subject;
    private final Recording record;
    /** Whether answers with an error of the server are to be expected. */
    private final boolean mayFail;

    private final Random random;
    private volatile long reached;
    private volatile boolean closed;
    private volatile @Nullable HttpConnection connection;

    private WatchClient(
            String name, Scope scope, long start, boolean steady, Subject subject, Recording record, Plan plan) {
        this.name = name;
        this.scope = scope;
        this.steady = steady;
        this.subject = subject;
        this.record = record;
        this.mayFail = plan.troublesStore();
        this.random = new Random(plan.seed() + name.hashCode());
        this.reached = start;
    }

    /**
     * One that sees everything from a revision on.
     *
     * @param scope what it is about
     */
    static WatchClient steady(String name, Scope scope, long start, Subject subject, Recording record, Plan plan) {
        return new WatchClient(name, scope, start, true, subject, record, plan);
    }

    /** One that begins at some revision of the past, or with all objects, and soon elsewhere. */
    static WatchClient wanderer(String name, Scope scope, long start, Subject subject, Recording record, Plan plan) {
        return new WatchClient(name, scope, start, false, subject, record, plan);
    }

    Scope scope() {
        return scope;
    }

    String name() {
        return name;
    }

    boolean isSteady() {
        return steady;
    }

    /** The last revision that it was shown or told of. */
    long reached() {
        return reached;
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                subject.address().ifPresent(this::session);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        } catch (RuntimeException e) {
            record.problem(name + " failed: " + e);
        }
    }

    private void session(InetSocketAddress address) {
        long after = steady ? reached : wandered();
        int seconds = steady ? STEADY_SECONDS : 1 + random.nextInt(2);
        String object = scope.path().substring(scope.path().indexOf('/') + 1);
        String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds
                + (object.isEmpty() ? "" : "&fieldSelector=metadata.name%3D" + object)
                + (after == WatchSession.INITIAL
                        ? "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                        : "&resourceVersion=" + after);
        List<Seen> seen = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (HttpConnection open = HttpConnection.open(address)) {
            connection = open;
            if (closed) {
                return;
            }
            byte[] request = HttpConnection.request("GET", Objects.collection(scope.path()) + query, "");
            int status = open.exchange(request, (bytes, offset, length) -> {
                for (int i = offset; i < offset + length; i++) {
                    if (bytes[i] == '\n') {
                        show(line.toByteArray(), after, seen);
                        line.reset();
                    } else {
                        line.write(bytes[i]);
                    }
                }
            });
            if (status != 200 && !(status == 410 && !steady) && !(status >= 500 && mayFail)) {
                record.problem(name + " was answered " + status + " to a watch from " + after + ": " + line);
            }
        } catch (IOException e) {
            // the server is gone, or we were told to go
        } finally {
            record.add(new WatchSession(name, scope, after, seen));
        }
    }

    private long wandered() {
        long newest = record.newest();
        return random.nextInt(3) == 0 ? WatchSession.INITIAL : newest - random.nextLong(Math.min(newest, 500));
    }

    private void show(byte[] line, long after, List<Seen> seen) {
        long now = System.nanoTime();
        JsonNode event;
        try {
            event = ApiClient.JSON.readTree(line);
        } catch (IOException e) {
            record.problem(name + " can't read an event: " + e.getMessage());
            return;
        }
        JsonNode object = event.path("object");
        switch (event.path("type").asText()) {
            case "ERROR" -> {
                if (steady || object.path("code").asInt() != 410) {
                    record.problem(name + " who watches from " + after + " was shown " + event);
                }
            }
            case "BOOKMARK" -> {
                long revision = object.at("/metadata/resourceVersion").asLong();
                boolean end = object.at("/metadata/annotations")
                        .path("k8s.io/initial-events-end")
                        .asText()
                        .equals("true");
                seen.add(new Bookmark(now, revision, end));
                reached(revision);
            }
            case String type -> {
                Version version = Objects.read(object);
                seen.add(new Event(now, Type.valueOf(type), version));
                reached(version.revision());
            }
        }
    }

    private void reached(long revision) {
        record.saw(revision);
        reached = revision;
    }

    /** Ends it; the thread that runs it returns soon. */
    @Override
    public void close() {
        closed = true;
        HttpConnection open = connection;
        if (open != null) {
            open.close();
        }
    }
}
