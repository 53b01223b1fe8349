package io.kybern.apiserver;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.discovery.DiscoveryEndpoint;
import io.kybern.apiserver.health.HealthEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import java.util.Optional;

/** The paths that are no resources. */
final class NonResourcePaths {
    private final DiscoveryEndpoint discovery;
    private final HealthEndpoint health;
    private volatile String address = "kybern.local:443";

    NonResourcePaths(DiscoveryEndpoint discovery, HealthEndpoint health) {
        this.discovery = discovery;
        this.health = health;
    }

    void listeningAt(String host, int port) {
        address = (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port;
    }

    ApiResponse serve(Exchange exchange) {
        ApiRequest request = exchange.request();
        Optional<ApiResponse> answer = health.serve(request);
        if (answer.isEmpty() && request.path().startsWith("/api")) {
            answer = discovery.serve(request, address);
        }
        return answer.orElseGet(NonResourcePaths::pageNotFound);
    }

    static ApiResponse pageNotFound() {
        return Encoder.text(404, "404 page not found\n");
    }
}
