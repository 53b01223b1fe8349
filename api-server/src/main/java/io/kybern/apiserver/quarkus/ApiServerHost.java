package io.kybern.apiserver.quarkus;

import io.kybern.apiserver.ApiServer;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The application's API server, as soon as there is one. Told by who starts it, asked by health checks on any thread. */
@Singleton
public class ApiServerHost {
    private volatile Optional<ApiServer> server = Optional.empty();

    public void runs(ApiServer started) {
        server = Optional.of(started);
    }

    public Optional<ApiServer> server() {
        return server;
    }
}
