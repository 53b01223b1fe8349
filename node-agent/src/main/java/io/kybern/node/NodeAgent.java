package io.kybern.node;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.node.client.ApiRequests;
import io.kybern.node.client.EventWriter;
import io.kybern.node.client.HttpClusterObjects;
import io.kybern.node.client.HttpPodApi;
import io.kybern.node.container.NodePreparation;
import io.kybern.node.pod.PodContext;
import io.kybern.node.pod.PodWorkers;
import io.kybern.node.probe.HandlerRunner;
import io.kybern.node.probe.LifecycleHooks;
import io.kybern.node.probe.PodProbes;
import io.kybern.node.registration.Heartbeats;
import io.kybern.node.registration.MachineFacts;
import io.kybern.node.registration.NodeFacts;
import io.kybern.node.registration.NodeRegistration;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.server.NodeServer;
import io.kybern.node.volume.PodDirectories;
import io.kybern.node.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A node that runs pods: the kubelet's work. Closing stops to serve them and leaves what runs running; a later start
 * takes it over.
 */
public final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = System.getLogger(NodeAgent.class.getName());
    /** How often volumes from the API are brought up to date; upstream's sync period is a minute. */
    private static final int REFRESH_SECONDS = 30;

    private final List<AutoCloseable> parts;

    private NodeAgent(List<AutoCloseable> parts) {
        this.parts = parts;
    }

    /**
     * Registers the node and serves the pods bound to it. Client and runtime stay the caller's.
     *
     * @throws IllegalStateException when the node can't be registered
     */
    public static NodeAgent start(KubernetesClient client, NodeAgentConfig config, ContainerRuntime runtime) {
        var clock = InstantSource.system();
        createDirectories(config);
        var timers = SimulatedNodes.timers("node-agent");
        var requests = new ApiRequests(client);
        var events = new EventWriter(requests, config.nodeName(), clock);
        var capacity = MachineFacts.capacity(config.root(), config.maxPods());
        var objects = new HttpClusterObjects(client, requests);
        var volumes = new Volumes(new PodDirectories(config.root()), objects, config.addresses(), capacity, clock);
        var runner = new HandlerRunner(runtime);
        var preparation = new NodePreparation(
                config, runtime, objects, volumes, new LifecycleHooks(runner, clock), events, capacity);
        var context = new PodContext(
                runtime,
                preparation,
                report ->
                        new PodProbes(runner, events, timers, config.addresses().getFirst(), report),
                new HttpPodApi(requests),
                events,
                config.addresses(),
                timers,
                clock);
        var workers = new PodWorkers(pod -> Optional.of(context));
        Optional<NodeServer> server = config.server().map(place -> new NodeServer(place, workers, runtime));
        var facts =
                facts(config, runtime, capacity, server.map(NodeServer::port).orElse(0));
        var registration = new NodeRegistration(requests, facts, runtime::unreadiness, clock);
        registration.register();
        AutoCloseable subscription = runtime.subscribe(workers::wake);
        SharedIndexInformer<Pod> informer = client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", config.nodeName())
                .inform(workers);
        removeOrphans(runtime, informer);
        timers.scheduleWithFixedDelay(
                () -> Thread.ofVirtual().name("volume-refresh").start(() -> refresh(workers, volumes)),
                REFRESH_SECONDS,
                REFRESH_SECONDS,
                TimeUnit.SECONDS);
        var heartbeats = new Heartbeats(List.of(registration), timers);
        List<AutoCloseable> parts = new ArrayList<>();
        server.ifPresent(parts::add);
        parts.addAll(List.of(informer::close, subscription, heartbeats, workers, events, timers::shutdownNow));
        return new NodeAgent(parts);
    }

    private static void createDirectories(NodeAgentConfig config) {
        try {
            Files.createDirectories(config.root());
            Files.createDirectories(config.podLogs());
        } catch (IOException e) {
            throw new UncheckedIOException("the node agent's directories can't be made", e);
        }
    }

    private static NodeFacts facts(
            NodeAgentConfig config, ContainerRuntime runtime, Map<String, Quantity> capacity, int serverPort) {
        List<NodeAddress> addresses = new ArrayList<>();
        config.addresses().forEach(address -> addresses.add(new NodeAddress(address, "InternalIP")));
        addresses.add(new NodeAddress(config.nodeName(), "Hostname"));
        return new NodeFacts(
                config.nodeName(),
                config.labels(),
                Map.of(),
                List.of(),
                addresses,
                capacity,
                capacity,
                MachineFacts.info(runtime.version().asNodeInfo(), config.version()),
                serverPort);
    }

    /** Pods that were deleted while no node agent ran: nobody else will ever end them. */
    private static void removeOrphans(ContainerRuntime runtime, SharedIndexInformer<Pod> informer) {
        Set<String> wanted = new HashSet<>();
        informer.getStore().list().forEach(pod -> wanted.add(pod.getMetadata().getUid()));
        for (PodIdentity pod : runtime.pods()) {
            if (!wanted.contains(pod.uid())) {
                LOG.log(Level.INFO, () -> "removing a pod that the API server does not know: " + pod.describe());
                Thread.ofVirtual().name("orphan").start(() -> {
                    runtime.stopSandbox(pod);
                    runtime.remove(pod);
                });
            }
        }
    }

    private static void refresh(PodWorkers workers, Volumes volumes) {
        for (Pod pod : workers.pods()) {
            try {
                volumes.refresh(pod);
            } catch (IOException | RuntimeException e) {
                LOG.log(
                        Level.DEBUG,
                        () -> "volumes of pod " + pod.getMetadata().getName() + " were not refreshed: " + e);
            }
        }
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "while the node agent closed", e);
            }
        }
    }
}
