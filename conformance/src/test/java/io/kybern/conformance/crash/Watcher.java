package io.kybern.conformance.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.conformance.process.HttpConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client that watches, and goes on from where it was when its server is back. It refuses events that go back or repeat, so
 * that what it has seen in the end can only be what is stored if there was no gap.
 */
final class Watcher {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Long> revisions = new TreeMap<>();
    private long last;
    private @Nullable Thread thread;
    private volatile @Nullable RuntimeException failure;

    Watcher(long since) {
        this.last = since;
    }

    /** Watches until the server goes away. */
    void start(int port) {
        thread = Thread.ofVirtual().name("watcher").start(() -> {
            try {
                watch(port, 3600);
            } catch (IOException e) {
                // the server is gone, as it should be
            } catch (RuntimeException e) {
                failure = e;
            }
        });
    }

    /** Waits until the watch of {@link #start} has ended; then goes on at another server for two seconds. */
    void resume(int port) throws IOException, InterruptedException {
        if (thread != null) {
            thread.join();
        }
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
        watch(port, 2);
    }

    private void watch(int port, int seconds) throws IOException {
        String target =
                ServerKillTest.COLLECTION + "?watch=true&timeoutSeconds=" + seconds + "&resourceVersion=" + last;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (HttpConnection connection = HttpConnection.open(port)) {
            connection.exchange(HttpConnection.request("GET", target, ""), (bytes, offset, length) -> {
                for (int i = offset; i < offset + length; i++) {
                    if (bytes[i] == '\n') {
                        event(line.toByteArray());
                        line.reset();
                    } else {
                        line.write(bytes[i]);
                    }
                }
            });
        }
    }

    private void event(byte[] line) {
        try {
            JsonNode event = JSON.readTree(line);
            String type = event.path("type").asText();
            String name = event.at("/object/metadata/name").asText();
            long revision = event.at("/object/metadata/resourceVersion").asLong();
            boolean expected = type.equals(revisions.containsKey(name) ? "MODIFIED" : "ADDED");
            if (!expected || revision <= last) {
                throw new IllegalStateException("after revision " + last + " came " + event);
            }
            revisions.put(name, revision);
            last = revision;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The revision of each object that it has seen, by name. */
    Map<String, Long> revisions() {
        return revisions;
    }
}
