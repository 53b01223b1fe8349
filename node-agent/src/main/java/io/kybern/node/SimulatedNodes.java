package io.kybern.node;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeSystemInfoBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.node.client.ApiRequests;
import io.kybern.node.client.EventSink;
import io.kybern.node.client.HttpPodApi;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.pod.PodContext;
import io.kybern.node.pod.PodWorkers;
import io.kybern.node.registration.Heartbeats;
import io.kybern.node.registration.NodeFacts;
import io.kybern.node.registration.NodeRegistration;
import io.kybern.node.runtime.simulated.Adoption;
import io.kybern.node.runtime.simulated.PodAddresses;
import io.kybern.node.runtime.simulated.SimulatedPreparation;
import io.kybern.node.runtime.simulated.SimulatedProbing;
import io.kybern.node.runtime.simulated.SimulatedRuntime;
import io.kybern.node.server.NodeServer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Any number of nodes in one process that run nothing: pods bound to them start, become ready, end as
 * {@link io.kybern.node.runtime.simulated.SimulatedBehaviour annotations} tell, and are deleted gracefully, by the very
 * code that drives real containers. They share one pod informer, one timer thread and one runtime; a pod has a thread
 * only while it changes.
 *
 * <p>Closing leaves the Node objects and the pods; a later start with the same names takes both over.
 */
public final class SimulatedNodes implements AutoCloseable {
    /** Nodes registered at a time: enough to keep the API server busy, few enough to not trip flow control. */
    private static final int REGISTRATIONS_AT_ONCE = 32;

    private final ScheduledThreadPoolExecutor timers;
    private final Heartbeats heartbeats;
    private final SharedIndexInformer<Pod> informer;
    private final PodWorkers workers;
    private final SimulatedRuntime runtime;
    private final Optional<NodeServer> server;

    private SimulatedNodes(
            ScheduledThreadPoolExecutor timers,
            Heartbeats heartbeats,
            SharedIndexInformer<Pod> informer,
            PodWorkers workers,
            SimulatedRuntime runtime,
            Optional<NodeServer> server) {
        this.timers = timers;
        this.heartbeats = heartbeats;
        this.informer = informer;
        this.workers = workers;
        this.runtime = runtime;
        this.server = server;
    }

    public static SimulatedNodes start(KubernetesClient client, int count) {
        return start(client, SimulatedNodesConfig.of(count));
    }

    /**
     * Registers the nodes and begins to serve pods; returns when all nodes are registered and all their pods are known.
     * The client stays the caller's, who closes it after this.
     */
    public static SimulatedNodes start(KubernetesClient client, SimulatedNodesConfig config) {
        var clock = InstantSource.system();
        var timers = timers("simulated-nodes");
        var requests = new ApiRequests(client);
        var runtime = new SimulatedRuntime(new PodAddresses(config.podBlock()), timers, clock);
        var context = new PodContext(
                runtime,
                new SimulatedPreparation(),
                SimulatedProbing::new,
                new HttpPodApi(requests),
                EventSink.NONE,
                List.of(config.address()),
                timers,
                clock);
        Set<String> names = names(config);
        var workers = new PodWorkers(pod -> contextOf(pod, names, context, runtime));
        Optional<NodeServer> server = config.server().map(place -> new NodeServer(place, workers, runtime));
        int port = server.map(NodeServer::port).orElse(0);
        List<NodeRegistration> registrations = names.stream()
                .map(name -> new NodeRegistration(requests, facts(config, name, port), Optional::empty, clock))
                .toList();
        register(registrations);
        runtime.subscribe(workers::wake);
        var heartbeats = new Heartbeats(registrations, timers);
        SharedIndexInformer<Pod> informer =
                client.pods().inAnyNamespace().withoutField("spec.nodeName", "").inform(workers);
        return new SimulatedNodes(timers, heartbeats, informer, workers, runtime, server);
    }

    private static Set<String> names(SimulatedNodesConfig config) {
        Set<String> names = new LinkedHashSet<>();
        IntStream.range(0, config.count()).forEach(index -> names.add(config.namePrefix() + index));
        return names;
    }

    static ScheduledThreadPoolExecutor timers(String name) {
        var timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timers;
    }

    private static Optional<PodContext> contextOf(
            Pod pod, Set<String> names, PodContext context, SimulatedRuntime runtime) {
        if (!names.contains(pod.getSpec().getNodeName())) {
            return Optional.empty();
        }
        Adoption.of(pod).ifPresent(state -> runtime.adopt(PodContainers.identity(pod), state));
        return Optional.of(context);
    }

    private static void register(List<NodeRegistration> registrations) {
        var permits = new Semaphore(REGISTRATIONS_AT_ONCE);
        List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = registrations.stream()
                .map(registration -> Thread.startVirtualThread(() -> {
                    permits.acquireUninterruptibly();
                    try {
                        registration.register();
                    } catch (RuntimeException e) {
                        failures.add(e);
                    } finally {
                        permits.release();
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while nodes were registered", e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    failures.size() + " of " + registrations.size() + " nodes could not be registered",
                    failures.getFirst());
        }
    }

    private static NodeFacts facts(SimulatedNodesConfig config, String name, int port) {
        Map<String, Quantity> capacity = Map.of(
                "cpu", new Quantity(config.cpu()),
                "memory", new Quantity(config.memory()),
                "ephemeral-storage", new Quantity("1Ti"),
                "pods", new Quantity(String.valueOf(config.pods())));
        var info = new NodeSystemInfoBuilder()
                .withArchitecture("amd64")
                .withOperatingSystem("linux")
                .withOsImage("Simulated")
                .withKernelVersion("simulated")
                .withContainerRuntimeVersion("simulated://1.0.0")
                .withKubeletVersion(config.version())
                .withKubeProxyVersion("")
                .withMachineID(name)
                .withSystemUUID(name)
                .withBootID(name)
                .build();
        return new NodeFacts(
                name,
                config.labels(),
                Map.of(),
                List.of(),
                List.of(new NodeAddress(config.address(), "InternalIP"), new NodeAddress(name, "Hostname")),
                capacity,
                capacity,
                info,
                port);
    }

    @Override
    public void close() {
        server.ifPresent(NodeServer::close);
        informer.close();
        heartbeats.close();
        workers.close();
        timers.shutdownNow();
        runtime.close();
    }
}
