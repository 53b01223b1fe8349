package io.kybern.apiserver.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusFilterTest {
    private final Logger log = Logger.getLogger(StatusFilter.class.getName());

    @BeforeEach
    void hush() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speakAgain() {
        log.setLevel(null);
    }

    private static ApiResponse after(RuntimeException thrown) {
        return answer(exchange -> {
            throw thrown;
        });
    }

    private static ApiResponse answer(Filter.Next handler) {
        return Filter.chain(handler, new StatusFilter())
                .proceed(new Exchange(ApiRequest.of("GET", "/api/v1/pods", new Headers(), Peer.local())));
    }

    @Test
    void refusalsAreStatuses() {
        assertThat(after(ApiException.badRequest("so")).status()).isEqualTo(400);
    }

    @Test
    void whateverElseIsThrownIsAnswered() {
        assertThat(after(new IllegalStateException("broken")).status()).isEqualTo(500);
        assertThat(answer(exchange -> {
                            throw new NoClassDefFoundError("io/kybern/Gone");
                        })
                        .status())
                .isEqualTo(500);
    }
}
