package io.kybern.conformance.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.conformance.process.HttpConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client of several servers: asks one of them until that fails, then the next. For one thread at a time. */
final class Visitor implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<Member> members;
    private int at;
    private volatile @Nullable HttpConnection connection;
    private volatile boolean closed;

    /** @param first the number of the server that it begins with */
    Visitor(List<Member> members, int first) {
        this.members = members;
        this.at = first;
    }

    /** An answer that is not an error of the server. */
    record Answer(int code, JsonNode body) {
        long revision() {
            return body.at("/metadata/resourceVersion").asLong();
        }
    }

    /**
     * Asks until there is an answer: what is asked must be fit for being done twice.
     *
     * @throws IllegalStateException if it is closed before
     */
    Answer ask(String method, String target, String type, String body) {
        byte[] request = HttpConnection.request(method, target, "application/json", type, body);
        while (!closed) {
            try {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                int code = open().exchange(request, out::write);
                if (code < 500 && code != 429) {
                    return new Answer(code, JSON.readTree(out.toByteArray()));
                }
            } catch (IOException e) {
                // that one is gone
            }
            next();
        }
        throw new IllegalStateException("nothing is asked any more");
    }

    /**
     * Lets lines come in until the answer ends or breaks off, and goes to the next server then.
     *
     * @return the status; 0: there was none
     */
    int follow(String target, HttpConnection.BodySink sink) {
        int code = 0;
        try {
            code = open().exchange(HttpConnection.request("GET", target, ""), sink);
        } catch (IOException e) {
            // it is gone
        }
        next();
        return code;
    }

    private HttpConnection open() throws IOException {
        HttpConnection open = connection;
        if (open == null) {
            open = members.get(at).connect();
            connection = open;
            if (closed) {
                open.close();
            }
        }
        return open;
    }

    private void next() {
        HttpConnection broken = connection;
        connection = null;
        if (broken != null) {
            broken.close();
        }
        at = (at + 1) % members.size();
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /** From any thread: ends what it waits for. */
    @Override
    public void close() {
        closed = true;
        HttpConnection open = connection;
        if (open != null) {
            open.close();
        }
    }
}
