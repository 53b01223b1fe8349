package io.kybern.apiserver.aggregation;

import io.kybern.apiserver.aggregation.RemoteClient.NoAnswer;
import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.negotiation.Encoder;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Passes requests for other servers' groups on to them, and answers back as they come. Upgrades are not passed on. */
public final class AggregationProxy {
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "authorization",
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final RemoteClient client;

    public AggregationProxy(RemoteClient client) {
        this.client = client;
    }

    public ApiResponse serve(Exchange exchange, RemoteService remote) {
        if (!remote.available()) {
            return unavailable("service unavailable");
        }
        MustWaitException.unlessMayBlock();
        ApiRequest request = exchange.request();
        if (!request.header("Upgrade").isEmpty()) {
            return Encoder.text(501, "upgrades of aggregated APIs are not supported\n");
        }
        String uri = request.rawPath() + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
        try {
            HttpClientResponse response =
                    client.send(remote, request.method(), uri, headers(request), exchange.user(), request.body());
            return answer(request, response);
        } catch (NoAnswer e) {
            return unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static ApiResponse unavailable(String why) {
        return Encoder.text(503, why + "\n");
    }

    /** What the client sent and is meant for the other server. Nobody but this server says who the user is. */
    private static List<Map.Entry<String, String>> headers(ApiRequest request) {
        return request.headers().lines().stream()
                .filter(line -> {
                    String name = line.getKey().toLowerCase(Locale.ROOT);
                    return !NOT_PASSED_ON.contains(name)
                            && !name.startsWith("x-remote-")
                            && !name.startsWith("impersonate-");
                })
                .toList();
    }

    private ApiResponse answer(ApiRequest request, HttpClientResponse response) {
        Headers headers = new Headers();
        response.headers().forEach(line -> {
            if (!NOT_PASSED_ON.contains(line.getKey().toLowerCase(Locale.ROOT))) {
                headers.add(line.getKey(), line.getValue());
            }
        });
        boolean bodyless =
                request.method().equals("HEAD") || response.statusCode() == 204 || response.statusCode() == 304;
        if (bodyless) {
            response.resume();
            return new ApiResponse.Full(response.statusCode(), headers, List.of());
        }
        return new ApiResponse.Stream(response.statusCode(), headers, sink -> relay(response, sink));
    }

    private void relay(HttpClientResponse response, StreamSink sink) {
        sink.onClose(() -> response.request().reset());
        sink.onDrain(() -> client.loop().execute(response::resume));
        response.exceptionHandler(e -> sink.end());
        response.endHandler(v -> sink.end());
        response.handler(buffer -> {
            sink.write(buffer.getBytes());
            if (sink.isFull()) {
                response.pause();
            }
        });
        client.loop().execute(response::resume);
    }
}
