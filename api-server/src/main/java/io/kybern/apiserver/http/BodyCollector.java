package io.kybern.apiserver.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Gathers the body of a request, up to a limit beyond which it is refused without being kept. */
final class BodyCollector {
    private static final String TOO_LARGE =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"Request entity too large: limit is %d\",\"reason\":\"RequestEntityTooLarge\",\"code\":413}\n";

    private final HttpServerRequest request;
    private final int limit;
    private final Consumer<byte[]> whole;
    private Buffer body = Buffer.buffer();
    private boolean refused;

    private BodyCollector(HttpServerRequest request, int limit, Consumer<byte[]> whole) {
        this.request = request;
        this.limit = limit;
        this.whole = whole;
    }

    static void collect(HttpServerRequest request, int limit, Consumer<byte[]> whole) {
        BodyCollector collector = new BodyCollector(request, limit, whole);
        request.handler(collector::add);
        request.endHandler(v -> collector.end());
    }

    private void add(Buffer piece) {
        if (refused) {
            return;
        }
        if (body.length() + piece.length() > limit) {
            refused = true;
            body = Buffer.buffer();
            return;
        }
        body.appendBuffer(piece);
    }

    private void end() {
        if (!refused) {
            whole.accept(body.getBytes());
            return;
        }
        HttpServerResponse out = request.response();
        byte[] status = TOO_LARGE.formatted(limit).getBytes(StandardCharsets.UTF_8);
        out.setStatusCode(413)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-cache, private")
                .putHeader("Audit-Id", java.util.UUID.randomUUID().toString())
                .end(Buffer.buffer(status));
    }
}
