package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.inprocess.InProcessHttpClientFactory;
import io.kybern.apiserver.pki.ClientIdentity;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The API server, and the way of the other components to it. */
final class ApiComponent implements Component, ClientSource {
    private final ApiServerConfig config;
    private final Consumer<ApiServer> onServing;
    private @Nullable ApiServer server;

    /** @param onServing gets the server as soon as it answers */
    ApiComponent(ApiServerConfig config, Consumer<ApiServer> onServing) {
        this.config = config;
        this.onServing = onServing;
    }

    @Override
    public ComponentName name() {
        return ComponentName.API;
    }

    @Override
    public String title() {
        return "API server";
    }

    @Override
    public void start() {
        ApiServer started = ApiServer.start(config);
        server = started;
        onServing.accept(started);
    }

    /** Empty without a listener. */
    Optional<URI> uri() {
        return Optional.ofNullable(server)
                .filter(unused -> config.listen().isPresent())
                .map(ApiServer::uri);
    }

    @Override
    public KubernetesClient client(ClientIdentity identity) {
        ApiServer running = server;
        if (running == null) {
            throw new IllegalStateException("the API server is not running");
        }
        User user = new User(identity.user(), "", identity.groups(), Map.of());
        return new InProcessHttpClientFactory(running, user)
                .clientBuilder()
                .withTaskExecutor(running.executor())
                .build();
    }

    /** Warnings of mistakes in policies, which controllers make elsewhere. */
    ControllersTerm.ServerSide policyChecks() {
        ApiServer running = Objects.requireNonNull(server);
        return new ControllersTerm.ServerSide() {
            @Override
            public void start() {
                running.checkPolicies(true);
            }

            @Override
            public void stop() {
                running.checkPolicies(false);
            }
        };
    }

    /** Lets clients look for another server while this one still serves. */
    void announceClosing() {
        if (server != null) {
            server.announceClosing();
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
