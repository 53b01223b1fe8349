package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Pki;
import io.kybern.node.NodeAgent;
import io.kybern.node.NodeAgentConfig;
import io.kybern.node.runtime.cri.CriRuntime;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** This machine as a node: pods are containers of its containerd, and go on running when the component stops. */
final class ContainerdNodeComponent implements Component {
    private final ClientSource clients;
    private final Nodes.Containerd config;
    private final Pki pki;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("containerd-timer").factory());
    private @Nullable KubernetesClient client;
    private @Nullable CriRuntime runtime;
    private @Nullable NodeAgent agent;

    ContainerdNodeComponent(ClientSource clients, Nodes.Containerd config, Pki pki) {
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
        return "node " + config.agent().nodeName() + " on containerd";
    }

    @Override
    public void start() {
        NodeAgentConfig node = config.agent();
        CriRuntime connected = new CriRuntime(config.socket(), node.root().toString(), timers);
        runtime = connected;
        KubernetesClient opened = clients.client(ClientIdentity.node(node.nodeName()));
        client = opened;
        agent = NodeAgent.start(
                opened,
                node.withServer(
                        NodeServing.of(pki, node.root(), node.addresses().getFirst(), node.nodeName())),
                connected);
    }

    /** The commonest trouble of a fresh containerd. */
    @Override
    public Optional<String> note() {
        return Optional.ofNullable(runtime)
                .flatMap(CriRuntime::unreadiness)
                .map(why -> "No pods run yet: " + why
                        + (why.contains("NetworkReady=false") ? " (docs/nodes.md has a configuration)" : ""));
    }

    @Override
    public void close() {
        try (ScheduledExecutorService last = timers;
                CriRuntime third = runtime;
                KubernetesClient second = client;
                NodeAgent first = agent) {
            // Closes all, the agent first; each may not be there.
            timers.shutdownNow();
        }
    }
}
