package io.kybern.apiserver.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Gathers the body of a request, up to a limit beyond which nothing is kept. */
final class BodyCollector {
    private final ApiRequest request;
    private final Consumer<ApiRequest> whole;
    private Buffer body = Buffer.buffer();
    private boolean tooLarge;

    private BodyCollector(ApiRequest request, Consumer<ApiRequest> whole) {
        this.request = request;
        this.whole = whole;
    }

    /** Reads what comes in to its end, then passes the request on with it. */
    static void collect(HttpServerRequest incoming, ApiRequest request, Consumer<ApiRequest> whole) {
        BodyCollector collector = new BodyCollector(request, whole);
        incoming.handler(collector::add);
        incoming.endHandler(v -> collector.end());
    }

    private void add(Buffer piece) {
        if (tooLarge) {
            return;
        }
        if (body.length() + piece.length() > ApiRequest.MAX_BODY) {
            tooLarge = true;
            body = Buffer.buffer();
            return;
        }
        body.appendBuffer(piece);
    }

    private void end() {
        whole.accept(tooLarge ? request.withTooLargeBody() : request.withBody(body.getBytes()));
    }
}
