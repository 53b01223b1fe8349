package io.kybern.distribution;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Pki;
import io.kybern.node.SimulatedNodes;
import io.kybern.node.SimulatedNodesConfig;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Nodes that run nothing but let pods become ready; started when the first of them is Ready. */
final class SimulatedNodesComponent implements Component {
    private static final int READY_WITHIN_SECONDS = 30;

    private final ClientSource clients;
    private final Nodes.Simulated config;
    private final Pki pki;
    private @Nullable KubernetesClient client;
    private @Nullable SimulatedNodes nodes;

    SimulatedNodesComponent(ClientSource clients, Nodes.Simulated config, Pki pki) {
        this.clients = clients;
        this.config = config;
        this.pki = pki;
    }

    @Override
    public ComponentName name() {
        return ComponentName.NODE;
    }

    @Override
    public String title() {
        return config.count() == 1 ? "1 simulated node" : config.count() + " simulated nodes";
    }

    @Override
    public void start() {
        // One client for all nodes, so it acts for none of them in particular.
        KubernetesClient opened = clients.client(ClientIdentity.ADMIN);
        client = opened;
        SimulatedNodesConfig plain = SimulatedNodesConfig.of(config.count());
        nodes = SimulatedNodes.start(
                opened,
                config.directory()
                        .map(place -> plain.withServer(NodeServing.of(pki, place, plain.address(), "simulated")))
                        .orElse(plain));
        opened.nodes()
                .withName(plain.namePrefix() + "0")
                .waitUntilCondition(SimulatedNodesComponent::isReady, READY_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    private static boolean isReady(@Nullable Node node) {
        return node != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        try (KubernetesClient last = client;
                SimulatedNodes first = nodes) {
            // Closes both, the nodes first; either may not be there.
        }
    }
}
