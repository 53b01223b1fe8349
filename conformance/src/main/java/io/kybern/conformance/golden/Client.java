package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks one server: plain exchanges over one kept connection, each watch over its own. For one thread, but for watches. */
final class Client implements AutoCloseable {
    private final Target target;
    private @Nullable Connection kept;

    Client(Target target) {
        this.target = target;
    }

    /** Sends once more when a kept connection turns out to be closed, as every client does. */
    Answer call(Request request) throws IOException {
        boolean fresh = kept == null;
        try {
            return attempt(request);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (fresh) {
                throw e;
            }
            return attempt(request);
        }
    }

    private Answer attempt(Request request) throws IOException {
        Connection connection = kept != null ? kept : Connection.open(target);
        kept = null;
        try {
            Connection.Head head = connection.exchange(request);
            Answer answer =
                    Answer.whole(head.code(), head.headers(), head.body().all());
            if (head.last()) {
                connection.close();
            } else {
                kept = connection;
            }
            return answer;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * When a watch has enough.
     *
     * @param events after how many; 0: never
     * @param settle how long to go on after that, for events that should not come
     * @param bookmarks whether those that a timer sends count
     */
    record Until(int events, Duration timeout, Duration settle, boolean bookmarks) {}

    /** Collects events until there are enough, the server ends the stream or time is up; {@code opened} runs when it answers. */
    Answer watch(Request request, Until until, Runnable opened) throws IOException {
        try (Connection connection = Connection.open(target)) {
            Connection.Head head = connection.exchange(request);
            Answer answer = Answer.whole(head.code(), head.headers(), new byte[0]);
            if (head.code() != 200 || !answer.contentType().contains("json")) {
                opened.run();
                connection.patience(until.timeout());
                return Answer.whole(head.code(), head.headers(), head.body().all());
            }
            opened.run();
            List<JsonNode> events = new ArrayList<>();
            boolean ended = collect(connection, head.body(), until, events);
            return new Answer(head.code(), head.headers(), new byte[0], Optional.of(events), ended);
        } finally {
            opened.run();
        }
    }

    /** Whether the server ended the stream. */
    private static boolean collect(Connection connection, Connection.Body body, Until until, List<JsonNode> events) {
        Lines lines = new Lines(body);
        long end = System.nanoTime() + until.timeout().toNanos();
        boolean settling = false;
        try {
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                connection.patience(Duration.ofNanos(left));
                Optional<String> line = lines.next();
                if (line.isEmpty()) {
                    return true;
                }
                JsonNode event = Json.parse(line.get()).orElseThrow(() -> new IOException("no event: " + line.get()));
                if (until.bookmarks() || !periodic(event)) {
                    events.add(event);
                }
                if (!settling && until.events() > 0 && events.size() >= until.events()) {
                    settling = true;
                    end = Math.min(end, System.nanoTime() + until.settle().toNanos());
                }
            }
            return false;
        } catch (IOException e) {
            return false; // time is up, or the stream broke off: both are no end
        }
    }

    /** The lines of a body that are not blank. */
    private static final class Lines {
        private final Connection.Body body;
        private byte[] piece = new byte[0];
        private int position;

        Lines(Connection.Body body) {
            this.body = body;
        }

        /** Empty at the end of the body. */
        Optional<String> next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                if (position == piece.length) {
                    piece = body.next();
                    position = 0;
                    if (piece.length == 0) {
                        return Optional.empty();
                    }
                }
                byte b = piece[position++];
                if (b != '\n') {
                    line.write(b);
                } else {
                    String text = line.toString(StandardCharsets.UTF_8).strip();
                    line.reset();
                    if (!text.isEmpty()) {
                        return Optional.of(text);
                    }
                }
            }
        }
    }

    /** A bookmark that comes from a timer; those that end the initial events are part of the protocol. */
    private static boolean periodic(JsonNode event) {
        return event.path("type").asText().equals("BOOKMARK")
                && !event.toString().contains("initial-events-end");
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }
}
