package io.kybern.conformance.robustness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.Answer.Page;
import io.kybern.conformance.robustness.history.Answer.Reason;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Carries out requests for {@link Objects} over one connection, which it opens anew when it broke. For one thread. */
final class ApiClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    /** What the original's store says when it is full. */
    private static final String NO_SPACE = "database space exceeded";

    private static final int LONGEST_STAY = 10;

    private final int number;
    private final Subject subject;
    private final Recording record;
    /** Whether answers with an error of the server are to be expected. */
    private final boolean mayFail;
    /** After so many requests it goes to another server. */
    private final int stay;

    private @Nullable HttpConnection connection;
    private int asked;
    /** Since when a request is without an answer, of {@link System#nanoTime}; 0: none is. Read by any thread. */
    private volatile long waitsSince;

    ApiClient(int number, Subject subject, Recording record, Plan plan) {
        this.number = number;
        this.subject = subject;
        this.record = record;
        this.mayFail = plan.troublesStore();
        this.stay = plan.servers() > 1 ? LONGEST_STAY : Integer.MAX_VALUE;
    }

    int number() {
        return number;
    }

    /** For how long it has been waiting for an answer. Any thread. */
    Duration waits(long nanoTime) {
        long since = waitsSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(nanoTime - since);
    }

    private record Reply(int status, JsonNode body) {}

    /**
     * Carries a request out and records it.
     *
     * @param filler what a new content is padded with
     */
    Operation ask(Request request, String filler) {
        if (++asked % stay == 0) {
            disconnect();
        }
        HttpConnection open = connected();
        long invoked = System.nanoTime();
        waitsSince = invoked;
        Operation operation;
        try {
            if (request instanceof Request.List list) {
                operation = list(open, list, invoked);
            } else {
                Answer answer = one(open, request, filler);
                operation = new Operation(number, request, invoked, System.nanoTime(), answer);
            }
        } catch (IOException e) {
            disconnect();
            operation = new Operation(
                    number, request, invoked, System.nanoTime(), new Answer.Unknown(String.valueOf(e.getMessage())));
        }
        waitsSince = 0;
        record.add(operation);
        return operation;
    }

    private HttpConnection connected() {
        HttpConnection open = connection;
        while (open == null) {
            Optional<InetSocketAddress> address = subject.address();
            try {
                if (address.isPresent()) {
                    open = HttpConnection.open(address.get());
                    connection = open;
                    return open;
                }
            } catch (IOException e) {
                // it is dead and nobody has told us
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("there is no server any more");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return open;
    }

    private void disconnect() {
        HttpConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    private Answer one(HttpConnection open, Request request, String filler) throws IOException {
        return switch (request) {
            case Request.Create create -> {
                ObjectNode body = Objects.object(create.key(), create.mark(), filler);
                yield write(send(open, "POST", Objects.collection(create.key()), "application/json", body.toString()));
            }
            case Request.Update update -> {
                ObjectNode body = Objects.object(update.key(), update.mark(), filler);
                expect(body.withObject("/metadata"), update.expected());
                yield write(send(open, "PUT", Objects.path(update.key()), "application/json", body.toString()));
            }
            case Request.Patch patch -> {
                ObjectNode body = Objects.patch(patch.key(), patch.mark());
                if (patch.expected() != 0) {
                    expect(body.withObject("/metadata"), patch.expected());
                }
                yield write(send(
                        open, "PATCH", Objects.path(patch.key()), "application/merge-patch+json", body.toString()));
            }
            case Request.Delete delete -> {
                ObjectNode body = JSON.createObjectNode();
                if (delete.expected() != 0) {
                    expect(body.withObject("/preconditions"), delete.expected());
                }
                yield deletion(send(open, "DELETE", Objects.path(delete.key()), "application/json", body.toString()));
            }
            case Request.Get get ->
                write(send(
                        open,
                        "GET",
                        Objects.path(get.key()) + (get.stale() ? "?resourceVersion=0" : ""),
                        "application/json",
                        ""));
            case Request.List list -> throw new IllegalArgumentException("a list has pages");
        };
    }

    private static void expect(ObjectNode metadata, long revision) {
        if (revision != 0) {
            metadata.put("resourceVersion", String.valueOf(revision));
        }
    }

    private Answer write(Reply reply) {
        return reply.status < 300
                ? new Answer.One(version(reply.body.path("kind").asText(), reply.body))
                : refusal(reply);
    }

    private Answer deletion(Reply reply) {
        return reply.status < 300
                ? new Answer.Deleted(reply.body.at("/details/uid").asText())
                : refusal(reply);
    }

    private Operation list(HttpConnection open, Request.List list, long invoked) throws IOException {
        String query = switch (list.freshness()) {
            case NEWEST -> "?";
            case ANY -> "?resourceVersion=0&";
            case EXACT -> "?resourceVersionMatch=Exact&resourceVersion=" + list.at() + "&";
        };
        String collection = Objects.path(list.scope().path());
        String kind = Objects.kind(list.scope().path());
        String limit = list.limit() > 0 ? "limit=" + list.limit() : "";
        List<Page> pages = new ArrayList<>();
        Reply reply = send(open, "GET", collection + query + limit, "application/json", "");
        long returned = System.nanoTime();
        while (reply.status == 200) {
            List<Version> items = new ArrayList<>();
            reply.body.path("items").forEach(item -> items.add(version(kind, item)));
            pages.add(new Page(revision(reply.body), items));
            record.saw(revision(reply.body));
            String next = reply.body.at("/metadata/continue").asText();
            if (next.isEmpty()) {
                return new Operation(number, list, invoked, returned, new Answer.Pages(pages, true));
            }
            String from = "?" + limit + "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
            try {
                reply = send(open, "GET", collection + from, "application/json", "");
            } catch (IOException e) { // the pages that came must be right nevertheless
                disconnect();
                return new Operation(number, list, invoked, returned, new Answer.Pages(pages, false));
            }
        }
        Answer refused = refusal(reply);
        return new Operation(
                number, list, invoked, returned, pages.isEmpty() ? refused : new Answer.Pages(pages, false));
    }

    private Answer refusal(Reply reply) {
        String reason = reply.body.path("reason").asText();
        String message = reply.body.path("message").asText();
        Answer answer = switch (reply.status) {
            case 404 -> new Answer.Refused(Reason.MISSING);
            case 409 -> new Answer.Refused(reason.equals("AlreadyExists") ? Reason.EXISTS : Reason.CONFLICT);
            case 410 -> new Answer.Refused(Reason.EXPIRED);
            default ->
                message.contains(NO_SPACE)
                        ? new Answer.Refused(Reason.NO_SPACE)
                        : new Answer.Unknown(reply.status + " " + message);
        };
        boolean expected = answer instanceof Answer.Refused refused && refused.reason() != Reason.NO_SPACE
                || mayFail && reply.status >= 500;
        if (!expected) {
            record.problem("a client was answered " + reply.status + ": " + reply.body);
        }
        return answer;
    }

    /** @throws IOException if there is no answer, or none that can be read */
    private Reply send(HttpConnection open, String method, String target, String type, String body) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status =
                open.exchange(HttpConnection.request(method, target, "application/json", type, body), answer::write);
        return new Reply(status, JSON.readTree(answer.toByteArray()));
    }

    private Version version(String kind, JsonNode object) {
        Version version = Objects.read(kind, object);
        record.saw(version.revision());
        return version;
    }

    private static long revision(JsonNode object) {
        return object.at("/metadata/resourceVersion").asLong();
    }

    @Override
    public void close() {
        disconnect();
    }
}
