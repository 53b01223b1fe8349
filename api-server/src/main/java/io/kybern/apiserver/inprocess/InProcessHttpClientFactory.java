package io.kybern.apiserver.inprocess;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.authentication.InProcessAuthenticator;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.http.Peer;

/**
 * HTTP clients for Fabric8 whose requests a server of this process answers, as a user who needs no credentials.
 *
 * <pre>{@code
 * KubernetesClient client = new InProcessHttpClientFactory(server, user).clientBuilder().build();
 * }</pre>
 */
public final class InProcessHttpClientFactory implements HttpClient.Factory {
    private final ApiServer server;
    private final Peer peer;

    public InProcessHttpClientFactory(ApiServer server, User user) {
        this.server = server;
        this.peer = InProcessAuthenticator.peer(user);
    }

    @Override
    public HttpClient.Builder newBuilder() {
        return new InProcessHttpClientBuilder(this);
    }

    /** A builder of Kubernetes clients that use this factory and nothing of the machine's own configuration. */
    public KubernetesClientBuilder clientBuilder() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.uri().toString())
                .withNamespace("default")
                .build();
        return new KubernetesClientBuilder().withConfig(config).withHttpClientFactory(this);
    }

    ApiServer server() {
        return server;
    }

    Peer peer() {
        return peer;
    }
}
