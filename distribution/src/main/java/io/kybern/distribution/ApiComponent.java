package io.kybern.distribution;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The API server, and the way of the other components to it. */
final class ApiComponent implements Component, ClientSource {
    /**
     * What the components of all clusters of a process know of reading and writing kinds: learning it takes most of their start. Of
     * the hundreds of kinds that the client could look for, it knows those that components watch; informers of controllers add theirs.
     * Learnt for the first client, since the server has none.
     */
    private static final class Kinds {
        static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization(new ObjectMapper(), false);

        static {
            Stream.of(Namespace.class, Node.class, PersistentVolumeClaim.class, Pod.class, ServiceAccount.class)
                    .forEach(SERIALIZATION::registerKubernetesResource);
        }
    }

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
        return builder(clients(identity))
                .withKubernetesSerialization(Kinds.SERIALIZATION)
                .build();
    }

    @Override
    public KubernetesClient urgentClient(ClientIdentity identity) {
        return builder(clients(identity).urgent())
                .withKubernetesSerialization(Kinds.SERIALIZATION)
                .build();
    }

    /** A client for who may bring kinds of his own, of which nobody else is to know; the caller closes it. */
    KubernetesClient separateClient(ClientIdentity identity) {
        return builder(clients(identity)).build();
    }

    private KubernetesClientBuilder builder(InProcessHttpClientFactory clients) {
        return clients.clientBuilder().withTaskExecutor(running().executor());
    }

    private InProcessHttpClientFactory clients(ClientIdentity identity) {
        return new InProcessHttpClientFactory(running(), new User(identity.user(), "", identity.groups(), Map.of()));
    }

    private ApiServer running() {
        ApiServer running = server;
        if (running == null) {
            throw new IllegalStateException("the API server is not running");
        }
        return running;
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
