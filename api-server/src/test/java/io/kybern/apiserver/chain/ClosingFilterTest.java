package io.kybern.apiserver.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.health.ServerState;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.negotiation.Encoder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClosingFilterTest {
    private final ServerState state = new ServerState();
    private final Filter.Next chain =
            Filter.chain(exchange -> Encoder.text(200, "ok"), new StatusFilter(), new ClosingFilter(state));

    private ApiResponse ask(String path) {
        return chain.proceed(new Exchange(ApiRequest.of("GET", path, new Headers(), Peer.local())));
    }

    @Test
    void clientsAreToldToTryAgainOnceTheServerCloses() {
        state.ready();
        assertThat(ask("/api/v1/pods").status()).isEqualTo(200);
        state.closing();
        assertThat(ask("/api/v1/pods").status()).isEqualTo(429);
        assertThat(ask("/api/v1/pods").headers().first("Retry-After")).isEqualTo(Optional.of("5"));
    }

    @Test
    void probesAreAnsweredToTheEnd() {
        state.closing();
        assertThat(ask("/readyz").status()).isEqualTo(200);
        assertThat(ask("/livez/ping").status()).isEqualTo(200);
    }
}
