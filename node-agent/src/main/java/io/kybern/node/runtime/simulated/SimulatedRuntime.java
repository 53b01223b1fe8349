package io.kybern.node.runtime.simulated;

import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.ContainerState.Phase;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxState;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Containers that exist as records only: they "run" until they are stopped or, as {@link SimulatedBehaviour} says, end by
 * themselves. One runtime serves any number of nodes; a pod costs a few hundred bytes and no thread.
 *
 * <p>Logs tell honestly that nothing runs and can be followed to the container's end. Exec knows a few commands, attach echoes;
 * port-forward is refused, for nothing listens.
 */
public final class SimulatedRuntime implements ContainerRuntime {
    private static final String SCHEME = "simulated://";
    /** What a process ended by SIGTERM reports: 128 + 15. A polite one ends with 0, as here. */
    private static final int STOPPED_EXIT_CODE = 0;

    private record Placed(SimulatedPod pod, ContainerSpec spec, SimulatedBehaviour behaviour) {}

    private final Map<String, SimulatedPod> pods = new ConcurrentHashMap<>();
    private final Map<String, Placed> containers = new ConcurrentHashMap<>();
    private final List<Consumer<String>> subscribers = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final PodAddresses addresses;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;

    /** @param timers for containers that end by themselves; nothing blocks on it */
    public SimulatedRuntime(PodAddresses addresses, ScheduledExecutorService timers, InstantSource clock) {
        this.addresses = addresses;
        this.timers = timers;
        this.clock = clock;
    }

    @Override
    public RuntimeVersion version() {
        return new RuntimeVersion("simulated", "1.0.0");
    }

    @Override
    public Optional<String> unreadiness() {
        return Optional.empty();
    }

    @Override
    public List<PodIdentity> pods() {
        return pods.values().stream().map(SimulatedPod::identity).toList();
    }

    @Override
    public PodState observe(PodIdentity pod) {
        SimulatedPod known = pods.get(pod.uid());
        return known == null ? PodState.NOTHING : known.state();
    }

    /** Takes over a pod as an earlier process left it, so that a restart of the simulation is not a restart of its pods. */
    public void adopt(PodIdentity identity, PodState state) {
        SimulatedPod pod = new SimulatedPod(identity);
        state.sandbox().ifPresent(pod::sandbox);
        state.containers().forEach(pod::add);
        state.sandbox().ifPresent(sandbox -> sandbox.addresses().forEach(addresses::reserve));
        pods.putIfAbsent(identity.uid(), pod);
    }

    @Override
    public void startSandbox(SandboxSpec spec) {
        SimulatedPod pod = pods.computeIfAbsent(spec.pod().uid(), uid -> new SimulatedPod(spec.pod()));
        List<String> address = spec.namespaces().hostNetwork() ? List.of() : List.of(addresses.next());
        pod.sandbox(new SandboxState(id(), spec.attempt(), true, address));
    }

    @Override
    public String createContainer(SandboxSpec sandbox, ContainerSpec spec) {
        SimulatedPod pod = pods.get(sandbox.pod().uid());
        if (pod == null) {
            throw new ContainerFailure("CreateContainerError", "the pod has no sandbox");
        }
        String id = id();
        containers.put(id, new Placed(pod, spec, behaviour(sandbox, spec)));
        pod.add(new ContainerState(
                id,
                spec.name(),
                spec.attempt(),
                Phase.CREATED,
                spec.image(),
                spec.imageReference(),
                Optional.empty(),
                Optional.empty(),
                0,
                "",
                ""));
        return id;
    }

    private static SimulatedBehaviour behaviour(SandboxSpec sandbox, ContainerSpec spec) {
        try {
            return SimulatedBehaviour.of(sandbox.annotations(), spec.name());
        } catch (IllegalArgumentException e) {
            throw new ContainerFailure("CreateContainerConfigError", String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void startContainer(String containerId) {
        Placed placed = containers.get(containerId);
        if (placed == null) {
            throw new ContainerFailure("RunContainerError", "no such container: " + containerId);
        }
        SimulatedBehaviour behaviour = placed.behaviour();
        if (behaviour.startError().isPresent()) {
            removeContainer(containerId);
            throw new ContainerFailure(
                    "RunContainerError", behaviour.startError().get());
        }
        if (behaviour.startDelay().isPositive()) {
            after(behaviour.startDelay(), () -> {}).join();
        }
        begin(containerId, placed);
    }

    private void begin(String id, Placed placed) {
        placed.pod().change(id, state -> state.phase() == Phase.CREATED ? running(state) : state);
        placed.behaviour().exitAfter().ifPresent(delay -> {
            if (delay.isZero()) {
                end(id, placed, placed.behaviour().exitCode());
            } else {
                after(delay, () -> end(id, placed, placed.behaviour().exitCode()));
            }
        });
    }

    private ContainerState running(ContainerState state) {
        return new ContainerState(
                state.id(),
                state.name(),
                state.attempt(),
                Phase.RUNNING,
                state.image(),
                state.imageId(),
                Optional.of(clock.instant()),
                Optional.empty(),
                0,
                "",
                "");
    }

    private void end(String id, Placed placed, int exitCode) {
        boolean changed = placed.pod()
                .change(
                        id,
                        state -> state.exited()
                                ? state
                                : new ContainerState(
                                        state.id(),
                                        state.name(),
                                        state.attempt(),
                                        Phase.EXITED,
                                        state.image(),
                                        state.imageId(),
                                        state.startedAt(),
                                        Optional.of(clock.instant()),
                                        exitCode,
                                        exitCode == 0 ? "Completed" : "Error",
                                        ""));
        if (changed) {
            tell(placed.pod());
        }
    }

    @Override
    public void stopContainer(String containerId, Duration grace) {
        Placed placed = containers.get(containerId);
        if (placed == null) {
            adopted(containerId).ifPresent(found -> end(containerId, found, STOPPED_EXIT_CODE));
            return;
        }
        Duration wanted = placed.behaviour().stopDelay();
        boolean killed = wanted.compareTo(grace) > 0;
        Duration wait = killed ? grace : wanted;
        if (wait.isPositive()) {
            after(wait, () -> {}).join();
        }
        end(containerId, placed, killed ? 137 : STOPPED_EXIT_CODE);
    }

    /** A container of an earlier process, of whose behaviour nothing is known. */
    private Optional<Placed> adopted(String containerId) {
        return pods.values().stream()
                .filter(pod -> pod.state().containers().stream()
                        .anyMatch(state -> state.id().equals(containerId)))
                .findFirst()
                .map(pod -> new Placed(pod, SimulatedPreparation.nothing(), SimulatedBehaviour.of(Map.of(), "")));
    }

    private CompletableFuture<Void> after(Duration delay, Runnable task) {
        var done = new CompletableFuture<Void>();
        timers.schedule(
                () -> {
                    task.run();
                    done.complete(null);
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
        return done;
    }

    @Override
    public void removeContainer(String containerId) {
        Placed placed = containers.remove(containerId);
        if (placed != null) {
            placed.pod().remove(containerId);
        }
    }

    @Override
    public void stopSandbox(PodIdentity pod) {
        SimulatedPod known = pods.get(pod.uid());
        if (known != null && known.state().readySandbox().isPresent()) {
            known.state().sandbox().ifPresent(sandbox -> sandbox.addresses().forEach(addresses::release));
            known.sandboxStopped();
        }
    }

    @Override
    public void remove(PodIdentity pod) {
        SimulatedPod known = pods.remove(pod.uid());
        if (known != null) {
            known.state().containers().forEach(state -> containers.remove(state.id()));
        }
    }

    @Override
    public ImageStore images() {
        return SimulatedImages.INSTANCE;
    }

    @Override
    public AutoCloseable subscribe(Consumer<String> podUid) {
        subscribers.add(podUid);
        return () -> subscribers.remove(podUid);
    }

    private void tell(SimulatedPod pod) {
        subscribers.forEach(subscriber -> subscriber.accept(pod.identity().uid()));
    }

    /** Every command succeeds and says nothing. */
    @Override
    public ExecResult exec(String containerId, List<String> command, Duration timeout) {
        return new ExecResult(0, "", false);
    }

    @Override
    public void logs(String containerId, LogOptions options, LogSink sink) throws IOException {
        Placed placed = placed(containerId);
        var log = new SimulatedLog(containerId, placed.behaviour(), options, sink);
        boolean more = log.write(placed.pod().state());
        if (more && options.follow()) {
            awaitEnd(containerId, placed.pod(), sink::wanted);
            log.write(placed.pod().state());
        }
    }

    private Placed placed(String containerId) {
        return Optional.ofNullable(containers.get(containerId))
                .or(() -> adopted(containerId))
                .orElseThrow(() -> new ContainerFailure("NotFound", "no such container: " + containerId));
    }

    /** Returns when the container runs no more, or soon after nobody waits for that. */
    private void awaitEnd(String containerId, SimulatedPod pod, BooleanSupplier wanted) {
        var changes = new Semaphore(0);
        Consumer<String> subscriber = uid -> changes.release();
        subscribers.add(subscriber);
        try {
            while (pod.runs(containerId) && wanted.getAsBoolean()) {
                if (changes.tryAcquire(1, TimeUnit.SECONDS)) {
                    changes.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            subscribers.remove(subscriber);
        }
    }

    /** Runs one of {@link SimulatedCommands}. Attached to, a container says back what it is told until it ends. */
    @Override
    public StreamSession stream(String containerId, StreamOptions options, StreamOutput output) {
        Placed placed = placed(containerId);
        var terminal = new SimulatedTerminal(options, output);
        var commands = new SimulatedCommands(terminal, placed.pod().identity().name());
        if (!options.attach()) {
            terminal.start(() -> commands.run(options.command()));
            return terminal;
        }
        terminal.start(() -> {
            commands.cat();
            awaitEnd(containerId, placed.pod(), () -> !terminal.ended());
            return 0;
        });
        Thread.ofVirtual().name("attached").start(() -> {
            awaitEnd(containerId, placed.pod(), () -> !terminal.ended());
            terminal.end(0);
        });
        return terminal;
    }

    @Override
    public PortConnection connect(PodIdentity pod, int port, PortOutput output) {
        throw new ContainerFailure("NotSupported", "this pod is simulated: nothing listens on port " + port);
    }

    private String id() {
        return SCHEME + String.format("%016x", ids.incrementAndGet());
    }

    @Override
    public void close() {
        subscribers.clear();
        pods.clear();
        containers.clear();
    }
}
