package io.kybern.conformance.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches a collection from a revision on, at one server after the other as they die, and always goes on where it was. Events that
 * repeat or go back fail it, and so does a server that says that it can't go on.
 */
final class Follower implements AutoCloseable {
    private final String collection;
    private final Consumer<Seen> sink;
    private final Visitor visitor;
    private final Thread thread;
    private volatile long reached;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    /**
     * An event.
     *
     * @param nanos when it came, of {@link System#nanoTime}
     */
    record Seen(long nanos, String type, JsonNode object) {
        long revision() {
            return object.at("/metadata/resourceVersion").asLong();
        }

        String name() {
            return object.at("/metadata/name").asText();
        }
    }

    private Follower(List<Member> members, String collection, long after, Consumer<Seen> sink) {
        this.collection = collection;
        this.reached = after;
        this.sink = sink;
        this.visitor = new Visitor(members, 0);
        this.thread = Thread.ofVirtual().name("follower of " + collection).unstarted(this::run);
    }

    /** @param sink is called on one thread */
    static Follower start(List<Member> members, String collection, long after, Consumer<Seen> sink) {
        Follower follower = new Follower(members, collection, after, sink);
        follower.thread.start();
        return follower;
    }

    private void run() {
        while (!closed && failure == null) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=3600&resourceVersion=" + reached;
            int code = visitor.follow(collection + query, (bytes, offset, length) -> {
                for (int i = offset; i < offset + length; i++) {
                    if (bytes[i] == '\n') {
                        show(line.toByteArray());
                        line.reset();
                    } else {
                        line.write(bytes[i]);
                    }
                }
            });
            if (code != 0 && code != 200 && code < 500) {
                failure = "a watch from " + reached + " was answered " + code;
            }
        }
    }

    private void show(byte[] line) {
        try {
            JsonNode event = Visitor.JSON.readTree(line);
            Seen seen = new Seen(System.nanoTime(), event.path("type").asText(), event.path("object"));
            if (seen.type().equals("ERROR")) {
                failure = "a watch from " + reached + " ended with " + event;
            } else if (!seen.type().equals("BOOKMARK")) {
                if (seen.revision() <= reached) {
                    failure = "after " + reached + " came " + event;
                }
                sink.accept(seen);
            }
            reached = Math.max(reached, seen.revision());
        } catch (IOException e) {
            failure = "can't read an event: " + e.getMessage();
        }
    }

    /** The last revision that it was shown or told of. */
    long reached() {
        return reached;
    }

    /** What was wrong; null: nothing. */
    @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        visitor.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
