package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Passes a request for another protocol on, and then the bytes of that protocol, which this server does not speak: SPDY to
 * kubelets, anything to pods and services. A backend that refuses answers the client itself.
 */
final class Upgrade {
    private static final int SWITCHED = 101;
    private static final Set<String> OURS = Set.of("authorization", "host", "content-length", "transfer-encoding");

    private Upgrade() {}

    /** Whether a request asks for another protocol, whichever it is. */
    static boolean wanted(ApiRequest request) {
        return request.header("Connection").toLowerCase(Locale.ROOT).contains("upgrade")
                && !request.header("Upgrade").isEmpty();
    }

    /** @param options where to; the method is always GET, which kubelets and WebSockets take */
    static ApiResponse relay(NodeClient nodes, HttpClient client, RequestOptions options, ApiRequest request) {
        HttpClientResponse response = NodeClient.await(client.request(options.setMethod(HttpMethod.GET))
                .compose(out -> connect(out, request))
                .map(Upgrade::pause));
        if (response.statusCode() == SWITCHED) {
            return nodes.relay().bytes(response.netSocket(), headers(response.headers()));
        }
        Future<Buffer> body = response.body();
        response.resume();
        Headers headers = new Headers();
        response.headers().names().stream()
                .filter(name -> name.equalsIgnoreCase("Content-Type"))
                .forEach(name -> headers.add(name, response.getHeader(name)));
        return new ApiResponse.Full(
                response.statusCode(), headers, List.of(NodeClient.await(body).getBytes()));
    }

    private static Future<HttpClientResponse> connect(HttpClientRequest out, ApiRequest request) {
        request.headers().lines().stream()
                .filter(line -> !OURS.contains(line.getKey().toLowerCase(Locale.ROOT)))
                .forEach(line -> out.headers().add(line.getKey(), line.getValue()));
        return NodeClient.quiet(out).connect();
    }

    /** On the event loop, before anything can be missed. */
    private static HttpClientResponse pause(HttpClientResponse response) {
        if (response.statusCode() == SWITCHED) {
            response.netSocket().pause();
        } else {
            response.pause();
        }
        return response;
    }

    private static Headers headers(MultiMap lines) {
        Headers headers = new Headers();
        lines.forEach(line -> headers.add(line.getKey(), line.getValue()));
        return headers;
    }
}
