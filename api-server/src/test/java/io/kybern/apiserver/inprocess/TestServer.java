package io.kybern.apiserver.inprocess;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.pki.Pki;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server without a socket, and clients of it. */
public final class TestServer implements AutoCloseable {
    public static final User ADMIN = new User("admin", "", List.of(User.MASTERS), Map.of());

    private final ApiServer server = ApiServer.start(new ApiServerConfig(
            Optional.empty(),
            Optional.empty(),
            Pki.inMemory(InstantSource.system()),
            Optional.empty(),
            "10.0.0.0/24",
            "30000-32767",
            "https://kubernetes.default.svc.cluster.local",
            true,
            Duration.ofMinutes(5)));

    public ApiServer server() {
        return server;
    }

    public KubernetesClient client() {
        return client(ADMIN);
    }

    public KubernetesClient client(User user) {
        return new InProcessHttpClientFactory(server, user).clientBuilder().build();
    }

    @Override
    public void close() {
        server.close();
    }
}
