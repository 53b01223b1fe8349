package io.kybern.apiserver.chain;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.health.HealthCheck;
import io.kybern.apiserver.health.ServerState;
import io.kybern.apiserver.http.ApiResponse;
import java.util.stream.Stream;

/**
 * Refuses what comes while the server waits for its last requests: clients try again, by then at another server. Probes
 * are answered. Source: apiserver/pkg/server/filters/with_retry_after.go.
 */
public final class ClosingFilter implements Filter {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final ServerState state;

    public ClosingFilter(ServerState state) {
        this.state = state;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        if (state.isClosing() && !isProbe(exchange.request().path())) {
            throw ApiException.of(Reason.TOO_MANY_REQUESTS, "The apiserver is shutting down, please try again later.")
                    .retryAfter(RETRY_AFTER_SECONDS);
        }
        return next.proceed(exchange);
    }

    private static boolean isProbe(String path) {
        return Stream.of(HealthCheck.Probe.values())
                .anyMatch(probe -> path.equals(probe.path()) || path.startsWith(probe.path() + "/"));
    }
}
