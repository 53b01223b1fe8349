package io.kybern.conformance.crash;

import io.kybern.conformance.process.HttpConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that create and then change ConfigMaps until their server goes away, and remember what was acknowledged. Each
 * has objects of its own, so that what is acknowledged last is what must be there.
 */
final class Writers {
    private static final Pattern REVISION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");

    private final Map<String, Acknowledged> acknowledged = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch enough;

    /**
     * What the server has said of the last write to an object that it has answered.
     *
     * @param value that was written
     */
    record Acknowledged(long revision, String value) {}

    private Writers(int acknowledgements) {
        this.enough = new CountDownLatch(acknowledgements);
    }

    /** @param round part of the names, so that no two rounds write the same object */
    static Writers start(int port, int clients, int round, int acknowledgements) {
        Writers writers = new Writers(acknowledgements);
        for (int i = 0; i < clients; i++) {
            String prefix = prefix(round) + i + "-";
            writers.threads.add(Thread.ofVirtual().name(prefix).start(() -> writers.write(port, prefix)));
        }
        return writers;
    }

    /** Of the names of all objects of a round. */
    static String prefix(int round) {
        return "crash-" + round + "-";
    }

    private void write(int port, String prefix) {
        try (HttpConnection connection = HttpConnection.open(port)) {
            for (int i = 0; ; i++) {
                String name = prefix + i;
                send(connection, "POST", ServerKillTest.COLLECTION, name, "created");
                send(connection, "PUT", ServerKillTest.COLLECTION + "/" + name, name, "changed");
            }
        } catch (IOException e) {
            // the server is gone, as it should be
        }
    }

    private void send(HttpConnection connection, String method, String target, String name, String value)
            throws IOException {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"value\":\"" + value + "\"}}";
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = connection.exchange(HttpConnection.request(method, target, body), answer::write);
        if (status != 200 && status != 201) {
            throw new IllegalStateException(method + " of " + name + " was answered " + status + ": " + answer);
        }
        Matcher revision = REVISION.matcher(answer.toString(StandardCharsets.UTF_8));
        if (!revision.find()) {
            throw new IllegalStateException("an answer without resourceVersion: " + answer);
        }
        acknowledged.put(name, new Acknowledged(Long.parseLong(revision.group(1)), value));
        enough.countDown();
    }

    /** Counts down with each acknowledgement. */
    CountDownLatch enough() {
        return enough;
    }

    /** Waits until all have noticed that the server is gone; all that was acknowledged by then. */
    Map<String, Acknowledged> acknowledged() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        return Map.copyOf(acknowledged);
    }
}
