package io.kybern.apiserver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.http.StreamSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestMetricsTest {
    private static final String PODS =
            "component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"pods\",scope=\"namespace\",subresource=\"\",verb=\"LIST\",version=\"v1\"";

    private final RequestMetrics metrics = new RequestMetrics(
            info -> info.resource().equals("pods") || info.path().equals("/version"));

    @Test
    void countsByWhatIsAskedAndHowItEnds() {
        send("GET", "/api/v1/namespaces/default/pods", answer(200, 12));
        send("GET", "/api/v1/namespaces/default/pods", answer(200, 5000));
        send("GET", "/api/v1/namespaces/default/pods", answer(410, 0));
        assertThat(text())
                .contains("apiserver_request_total{code=\"200\"," + PODS + "} 2\n")
                .contains("apiserver_request_total{code=\"410\"," + PODS + "} 1\n")
                .contains("apiserver_request_duration_seconds_count{" + PODS + "} 3\n")
                .contains("le=\"1000\"} 2\n")
                .contains("le=\"1e+06\"} 3\n");
    }

    @Test
    void remembersNothingThatClientsMakeUp() {
        for (int i = 0; i < 50; i++) {
            send("GET", "/made-up/" + i, answer(404, 1));
            send("GET", "/apis/made.up/v1/things" + i, answer(404, 1));
        }
        assertThat(text()).doesNotContain("made").contains("} 50\n");
    }

    @Test
    void aWatchRunsUntilItsConnectionCloses() {
        List<Runnable> onClose = new ArrayList<>();
        ApiResponse.Stream stream = (ApiResponse.Stream) send(
                "GET",
                "/api/v1/pods?watch=1",
                new ApiResponse.Stream(200, new Headers(), sink -> sink.onClose(() -> {})));
        stream.source().start(sink(onClose));
        assertThat(text()).containsPattern("apiserver_longrunning_requests\\{.*verb=\"WATCH\".*} 1\n");
        assertThat(text()).doesNotContain("apiserver_request_total{");
        onClose.forEach(Runnable::run);
        assertThat(text())
                .doesNotContain("apiserver_longrunning_requests{")
                .containsPattern("apiserver_request_total\\{code=\"200\".*verb=\"WATCH\".*} 1\n");
    }

    @Test
    void writesLabelsEscaped() {
        MetricText out = new MetricText();
        out.sample("m", List.of("a", "x\"\\\n"), 1.5);
        assertThat(new String(out.bytes(), StandardCharsets.UTF_8)).isEqualTo("m{a=\"x\\\"\\\\\\n\"} 1.5\n");
    }

    private ApiResponse send(String method, String target, ApiResponse response) {
        Exchange exchange = new Exchange(ApiRequest.of(method, target, new Headers(), Peer.local()));
        return metrics.filter(exchange, e -> response);
    }

    private static ApiResponse answer(int status, int size) {
        return ApiResponse.Full.of(status, new Headers(), new byte[size]);
    }

    private String text() {
        MetricText out = new MetricText();
        metrics.writeTo(out);
        return new String(out.bytes(), StandardCharsets.UTF_8);
    }

    private static StreamSink sink(List<Runnable> onClose) {
        return new StreamSink() {
            @Override
            public void write(byte[] bytes) {}

            @Override
            public boolean isFull() {
                return false;
            }

            @Override
            public void onDrain(Runnable action) {}

            @Override
            public void onClose(Runnable action) {
                onClose.clear();
                onClose.add(action);
            }

            @Override
            public void execute(Runnable action) {}

            @Override
            public void end() {}
        };
    }
}
