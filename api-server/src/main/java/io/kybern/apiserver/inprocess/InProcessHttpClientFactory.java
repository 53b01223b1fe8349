package io.kybern.apiserver.inprocess;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.authentication.InProcessAuthenticator;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.http.Peer;
import java.util.concurrent.ThreadFactory;

/**
 * HTTP clients for Fabric8 whose requests a server of this process answers, as a user who needs no credentials.
 *
 * <pre>{@code
 * KubernetesClient client = new InProcessHttpClientFactory(server, user).clientBuilder().build();
 * }</pre>
 */
public final class InProcessHttpClientFactory implements HttpClient.Factory {
    private static final ThreadFactory VIRTUAL =
            Thread.ofVirtual().name("in-process").factory();
    private static final ThreadFactory OF_THE_SYSTEM =
            Thread.ofPlatform().daemon().name("urgent-", 0).factory();

    private final ApiServer server;
    private final Peer peer;
    private final ThreadFactory threads;

    public InProcessHttpClientFactory(ApiServer server, User user) {
        this(server, InProcessAuthenticator.peer(user), VIRTUAL);
    }

    private InProcessHttpClientFactory(ApiServer server, Peer peer, ThreadFactory threads) {
        this.server = server;
        this.peer = peer;
        this.threads = threads;
    }

    /**
     * The same for few requests that must be answered in time: they have threads of the operating system, which shares processors
     * out by the clock. Virtual threads wait in one line, behind all that compute.
     */
    public InProcessHttpClientFactory urgent() {
        return new InProcessHttpClientFactory(server, peer, OF_THE_SYSTEM);
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

    ThreadFactory threads() {
        return threads;
    }
}
