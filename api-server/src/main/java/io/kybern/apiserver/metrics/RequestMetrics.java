package io.kybern.apiserver.metrics;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.apiserver.metrics.RequestSeries.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Counts requests by what they ask for and how they end; long-running ones when they end. What clients make up (paths and
 * resources that do not exist) is counted together, so that they can't make the server remember more and more.
 */
public final class RequestMetrics implements Filter, MetricSource {
    private static final double NANOS = 1e9;

    private final Predicate<RequestInfo> known;
    private final Map<Key, RequestSeries> series = new ConcurrentHashMap<>();
    private final LongAdder reading = new LongAdder();
    private final LongAdder mutating = new LongAdder();

    /** @param known whether a request is for something that this server serves */
    public RequestMetrics(Predicate<RequestInfo> known) {
        this.known = known;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        LongAdder inFlight = readOnly(exchange.request()) ? reading : mutating;
        long begin = System.nanoTime();
        inFlight.increment();
        try {
            ApiResponse response = next.proceed(exchange);
            return measure(exchange, response, begin);
        } finally {
            inFlight.decrement();
        }
    }

    private static boolean readOnly(ApiRequest request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    private ApiResponse measure(Exchange exchange, ApiResponse response, long begin) {
        RequestSeries of = series(exchange);
        if (response instanceof ApiResponse.Stream stream) {
            of.running.increment();
            ApiResponse.Stream.Source source = sink -> stream.source().start(new ClosingSink(sink, () -> {
                of.running.decrement();
                of.count(stream.status());
                of.duration.add((System.nanoTime() - begin) / NANOS);
            }));
            return new ApiResponse.Stream(stream.status(), stream.headers(), source);
        }
        of.count(response.status());
        of.duration.add((System.nanoTime() - begin) / NANOS);
        if (response instanceof ApiResponse.Full full) {
            of.sizes.add(full.length());
        }
        return response;
    }

    private RequestSeries series(Exchange exchange) {
        Key key = key(exchange);
        RequestSeries found = series.get(key);
        if (found == null) {
            Key counted = known.test(exchange.info()) ? key : Key.other(key.verb());
            found = series.computeIfAbsent(counted, k -> new RequestSeries());
        }
        return found;
    }

    private static Key key(Exchange exchange) {
        RequestInfo info = exchange.info();
        ApiRequest request = exchange.request();
        String verb = verb(info, request);
        if (!info.resourceRequest()) {
            return new Key(verb, "", "", "", "", info.path(), "", "");
        }
        String dryRun = readOnly(request) ? "" : request.query().get("dryRun");
        return new Key(
                verb,
                dryRun.equals("All") ? dryRun : "",
                info.group(),
                info.version(),
                info.resource(),
                info.subresource(),
                scope(info),
                "apiserver");
    }

    private static String verb(RequestInfo info, ApiRequest request) {
        return switch (info.verb()) {
            case "create" -> "POST";
            case "update" -> "PUT";
            case "get" -> "GET";
            case "list" -> "LIST";
            case "watch" -> "WATCH";
            case "delete" -> "DELETE";
            case "deletecollection" -> "DELETECOLLECTION";
            case "patch" -> request.header("Content-Type").startsWith("application/apply-patch") ? "APPLY" : "PATCH";
            default ->
                request.method().length() > 7 ? "other" : request.method().toUpperCase(Locale.ROOT);
        };
    }

    private static String scope(RequestInfo info) {
        if (!info.name().isEmpty() || info.verb().equals("create")) {
            return "resource";
        }
        return info.namespace().isEmpty() ? "cluster" : "namespace";
    }

    @Override
    public void writeTo(MetricText out) {
        out.metric("apiserver_current_inflight_requests", "gauge", "[STABLE] Requests being served now, by kind.");
        out.sample("apiserver_current_inflight_requests", List.of("request_kind", "mutating"), mutating.sum());
        out.sample("apiserver_current_inflight_requests", List.of("request_kind", "readOnly"), reading.sum());
        Map<String, Map.Entry<Key, RequestSeries>> sorted = new TreeMap<>();
        series.entrySet().forEach(e -> sorted.put(e.getKey().toString(), e));
        out.metric("apiserver_longrunning_requests", "gauge", "[STABLE] Watches and other long requests going on.");
        each(sorted, out, "apiserver_longrunning_requests", s -> s.running.sum());
        out.metric("apiserver_request_duration_seconds", "histogram", "[STABLE] How long requests took.");
        sorted.values()
                .forEach(e -> out.histogram(
                        "apiserver_request_duration_seconds", e.getKey().labelsWithDryRun(), e.getValue().duration));
        out.metric("apiserver_request_total", "counter", "[STABLE] Requests served, by what they ended with.");
        sorted.values()
                .forEach(e -> e.getValue().eachCode((code, count) -> {
                    List<String> labels = new ArrayList<>(List.of("code", Integer.toString(code)));
                    labels.addAll(e.getKey().labelsWithDryRun());
                    out.sample("apiserver_request_total", labels, count);
                }));
        out.metric("apiserver_response_sizes", "histogram", "[STABLE] Bytes in answers.");
        sorted.values()
                .forEach(e ->
                        out.histogram("apiserver_response_sizes", e.getKey().labels(), e.getValue().sizes));
    }

    private static void each(
            Map<String, Map.Entry<Key, RequestSeries>> sorted,
            MetricText out,
            String name,
            ToLongFunction<RequestSeries> value) {
        sorted.values().forEach(e -> {
            long now = value.applyAsLong(e.getValue());
            if (now != 0) {
                out.sample(name, e.getKey().labels(), now);
            }
        });
    }
}
