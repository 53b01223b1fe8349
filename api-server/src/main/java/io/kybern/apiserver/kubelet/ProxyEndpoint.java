package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.SubjectAdmission;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.crd.resource.Trees;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * {@code proxy} of pods, services and nodes: the request goes on to them, without what it proved who it is by, and what they
 * answer comes back. Source: {@code apimachinery/pkg/util/proxy} and {@code net/http/httputil.ReverseProxy}.
 */
public final class ProxyEndpoint implements SpecialEndpoint {
    /** For what answers slowly, as a long poll does. The original waits for ever. */
    private static final Duration PATIENCE = Duration.ofHours(4);

    /** Larger pages keep their links. */
    private static final int MAX_PAGE = 4 << 20;

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "proxy-connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> OURS = Set.of("authorization", "content-length", "host", "x-forwarded-for");
    private static final Set<String> CROSS_ORIGIN = Set.of(
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin");

    private static final Map<String, String> KINDS =
            Map.of("pods", "PodProxyOptions", "services", "ServiceProxyOptions", "nodes", "NodeProxyOptions");

    private final ProxyLocations locations;
    private final NodeClient nodes;
    private final SubjectAdmission admission;

    public ProxyEndpoint(ObjectReader objects, NodeClient nodes, RandomGenerator random, SubjectAdmission admission) {
        this.admission = admission;
        this.locations = new ProxyLocations(objects, random);
        this.nodes = nodes;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        MustWaitException.unlessMayBlock();
        ApiRequest request = call.request();
        ObjectNode connect = JsonNodeFactory.instance.objectNode().put("path", ProxyPath.of(call.info()));
        String path = Trees.text(
                admission.connect(
                        call, Objects.requireNonNull(KINDS.get(call.info().resource())), connect),
                "path");
        ProxyTarget target = locations.of(
                call.info().resource(), call.info().namespace(), call.info().name());
        String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        RequestOptions options = new RequestOptions()
                .setHost(target.host())
                .setPort(target.actualPort())
                .setSsl(target.secure())
                .setURI((path.isEmpty() ? "/" : ProxyPath.escape(path)) + query);
        HttpClient client = target.kubelet() ? nodes.http() : nodes.plain();
        if (Upgrade.wanted(request)) {
            return Upgrade.relay(nodes, client, options, request);
        }
        if (path.isEmpty()
                && (request.method().equals("GET") || request.method().equals("HEAD"))) {
            Headers there = new Headers().add("Location", request.rawPath() + "/" + query);
            return new ApiResponse.Full(301, there, List.of());
        }
        ProxyLinks links =
                new ProxyLinks(ProxyPath.prefix(call.info(), path), target.authority(), request.header("Host"));
        return answer(send(client, options, target, request, links.prefix() + path), links, request);
    }

    private static HttpClientResponse send(
            HttpClient client, RequestOptions options, ProxyTarget target, ApiRequest request, String uri) {
        options.setMethod(HttpMethod.valueOf(request.method()));
        return NodeClient.await(
                client.request(options)
                        .compose(out -> {
                            headers(out, target, request, uri);
                            return NodeClient.quiet(out).send(Buffer.buffer(request.body()));
                        })
                        .map(response -> (HttpClientResponse) response.pause())
                        .recover(e -> Future.failedFuture(ApiException.of(
                                Reason.SERVICE_UNAVAILABLE, "error trying to reach service: " + reason(e, target)))),
                PATIENCE);
    }

    private static void headers(HttpClientRequest out, ProxyTarget target, ApiRequest request, String uri) {
        Set<String> dropped = new HashSet<>(HOP_BY_HOP);
        dropped.addAll(OURS);
        for (String named : request.header("Connection").split(",")) {
            dropped.add(named.strip().toLowerCase(Locale.ROOT));
        }
        request.headers().lines().stream()
                .filter(line -> !dropped.contains(line.getKey().toLowerCase(Locale.ROOT)))
                .filter(line -> !line.getKey().toLowerCase(Locale.ROOT).startsWith("impersonate-"))
                .forEach(line -> out.headers().add(line.getKey(), line.getValue()));
        String host = request.header("Host");
        out.headers().set("Host", host.isEmpty() ? target.authority() : host);
        String before = request.header("X-Forwarded-For");
        out.headers()
                .set(
                        "X-Forwarded-For",
                        (before.isEmpty() ? "" : before + ", ") + request.peer().address());
        out.headers().set("X-Forwarded-Uri", ProxyPath.escape(uri));
    }

    /** In the words of Go, which clients may look for. */
    private static String reason(Throwable e, ProxyTarget target) {
        String dial = "dial tcp " + target.address() + ": ";
        String text = String.valueOf(e.getMessage());
        if (e instanceof NoRouteToHostException) {
            return dial + "connect: no route to host";
        }
        if (text.contains("timed out") || text.contains("timeout")) {
            return dial + "i/o timeout";
        }
        return e instanceof ConnectException ? dial + "connect: connection refused" : text;
    }

    private ApiResponse answer(HttpClientResponse response, ProxyLinks links, ApiRequest request) {
        Headers headers = new Headers();
        response.headers().forEach(line -> {
            String name = line.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !CROSS_ORIGIN.contains(name)) {
                headers.add(line.getKey(), line.getValue());
            }
        });
        headers.first("Location").ifPresent(location -> headers.set("Location", links.link(location)));
        int status = response.statusCode();
        if (request.method().equals("HEAD") || status == 204 || status == 304) {
            response.resume();
            return new ApiResponse.Stream(status, headers, sink -> sink.end());
        }
        return isPage(headers) ? page(response, headers, links) : nodes.relay().body(response, headers);
    }

    private static boolean isPage(Headers headers) {
        String type = headers.first("Content-Type").orElse("").split(";")[0].strip();
        return type.equals("text/html")
                && headers.first("Content-Encoding").isEmpty()
                && headers.first("Location").isEmpty();
    }

    private ApiResponse page(HttpClientResponse response, Headers headers, ProxyLinks links) {
        Headers kept = new Headers();
        headers.lines().stream()
                .filter(line -> !line.getKey().equalsIgnoreCase("Content-Length"))
                .forEach(line -> kept.add(line.getKey(), line.getValue()));
        return nodes.relay().page(response, kept, MAX_PAGE, links::page);
    }
}
