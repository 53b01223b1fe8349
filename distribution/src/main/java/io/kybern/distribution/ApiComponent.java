package io.kybern.distribution;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Credential;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The API server, and the way of the other components to it. */
final class ApiComponent implements Component, ClientSource {
    private final ApiServerConfig config;
    private final Consumer<URI> onServing;
    private @Nullable ApiServer server;

    /** @param onServing is told the address as soon as the API answers there; not called without a listener */
    ApiComponent(ApiServerConfig config, Consumer<URI> onServing) {
        this.config = config;
        this.onServing = onServing;
    }

    @Override
    public String title() {
        return "API server";
    }

    @Override
    public void start() {
        ApiServer started = ApiServer.start(config);
        server = started;
        uri().ifPresent(onServing);
    }

    /** Empty without a listener. */
    Optional<URI> uri() {
        return Optional.ofNullable(server)
                .filter(unused -> config.listen().isPresent())
                .map(ApiServer::uri);
    }

    @Override
    public KubernetesClient client(ClientIdentity identity) {
        Credential credential = config.pki().client(identity);
        Config client = new ConfigBuilder(Config.empty())
                .withMasterUrl(Objects.requireNonNull(server).uri().toString())
                .withCaCertData(base64(config.pki().authority().certificatePem()))
                .withClientCertData(base64(credential.certificatePem()))
                .withClientKeyData(base64(credential.keyPem()))
                .build();
        return new KubernetesClientBuilder().withConfig(client).build();
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
