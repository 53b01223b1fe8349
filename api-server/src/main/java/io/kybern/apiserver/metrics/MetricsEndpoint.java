package io.kybern.apiserver.metrics;

import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.Encoder;
import java.util.List;

/** A page of metrics: {@code /metrics}, {@code /metrics/slis}. */
public final class MetricsEndpoint implements PathEndpoint {
    private static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    private final List<MetricSource> sources;

    public MetricsEndpoint(List<MetricSource> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        MustWaitException.unlessMayBlock();
        MetricText out = new MetricText();
        sources.forEach(source -> source.writeTo(out));
        return ApiResponse.Full.of(200, Encoder.contentType(MEDIA_TYPE), out.bytes());
    }
}
