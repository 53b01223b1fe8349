package io.kybern.node.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.kybern.node.client.EventSink;
import io.kybern.node.client.EventSink.PodEvent;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.pod.PodMemory.Health;
import io.kybern.node.pod.Probing;
import io.kybern.node.probe.HandlerRunner.Outcome;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one pod. Each running attempt of a container with probes has one {@link Session}; its probes are timed by
 * the shared timer and run on virtual threads. Liveness and readiness begin when the startup probe passed.
 */
public final class PodProbes implements Probing {
    private enum Kind {
        STARTUP,
        LIVENESS,
        READINESS
    }

    private final HandlerRunner runner;
    private final EventSink events;
    private final ScheduledExecutorService timers;
    private final String hostAddress;
    private final BiConsumer<String, Health> report;
    private final ReentrantLock lock = new ReentrantLock();
    /** By container id; @GuardedBy lock. */
    private final Map<String, Session> sessions = new HashMap<>();

    public PodProbes(
            HandlerRunner runner,
            EventSink events,
            ScheduledExecutorService timers,
            String hostAddress,
            BiConsumer<String, Health> report) {
        this.runner = runner;
        this.events = events;
        this.timers = timers;
        this.hostAddress = hostAddress;
        this.report = report;
    }

    @Override
    public void update(Pod pod, PodState actual) {
        String address = PodContainers.hostNetwork(pod)
                ? hostAddress
                : actual.sandbox()
                        .map(SandboxState::addresses)
                        .filter(addresses -> !addresses.isEmpty())
                        .map(List::getFirst)
                        .orElse("");
        Set<String> running = new HashSet<>();
        lock.lock();
        try {
            PodContainers.all(pod)
                    .filter(PodProbes::probed)
                    .forEach(container -> actual.latest(container.getName())
                            .filter(ContainerState::running)
                            .ifPresent(state -> {
                                running.add(state.id());
                                sessions.computeIfAbsent(
                                        state.id(), id -> new Session(pod, container, id, address).begin());
                            }));
            sessions.entrySet().removeIf(entry -> {
                boolean over = !running.contains(entry.getKey());
                if (over) {
                    entry.getValue().over.set(true);
                }
                return over;
            });
        } finally {
            lock.unlock();
        }
    }

    private static boolean probed(Container container) {
        return container.getLivenessProbe() != null
                || container.getReadinessProbe() != null
                || container.getStartupProbe() != null;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            sessions.values().forEach(session -> session.over.set(true));
            sessions.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The probes of one attempt of a container. */
    private final class Session {
        private final Pod pod;
        private final Container container;
        private final String id;
        private final String address;
        private final AtomicBoolean over = new AtomicBoolean();
        private Health health;

        Session(Pod pod, Container container, String id, String address) {
            this.pod = pod;
            this.container = container;
            this.id = id;
            this.address = address;
            this.health = new Health(id, container.getStartupProbe() == null, false, Optional.empty());
        }

        Session begin() {
            if (container.getStartupProbe() != null) {
                schedule(Kind.STARTUP, container.getStartupProbe(), ProbeCounter.begin(false), true);
            } else {
                afterStartup();
            }
            return this;
        }

        private void afterStartup() {
            if (container.getLivenessProbe() != null) {
                schedule(Kind.LIVENESS, container.getLivenessProbe(), ProbeCounter.begin(true), true);
            }
            if (container.getReadinessProbe() != null) {
                schedule(Kind.READINESS, container.getReadinessProbe(), ProbeCounter.begin(false), true);
            }
        }

        private void schedule(Kind kind, Probe probe, ProbeCounter counter, boolean first) {
            if (over.get() || timers.isShutdown()) {
                return;
            }
            int seconds = first ? or(probe.getInitialDelaySeconds(), 0) : or(probe.getPeriodSeconds(), 10);
            timers.schedule(
                    () -> Thread.ofVirtual().name("probe").start(() -> probe(kind, probe, counter)),
                    first ? seconds * 1000L + 50 : seconds * 1000L,
                    TimeUnit.MILLISECONDS);
        }

        private void probe(Kind kind, Probe probe, ProbeCounter counter) {
            if (over.get()) {
                return;
            }
            Duration timeout = Duration.ofSeconds(or(probe.getTimeoutSeconds(), 1));
            Outcome outcome = runner.run(Handler.of(container, probe), id, address, timeout);
            ProbeCounter next = counter.next(
                    outcome.success(), or(probe.getSuccessThreshold(), 1), or(probe.getFailureThreshold(), 3));
            if (over.get()) {
                return;
            }
            if (!outcome.success()) {
                events.send(
                        pod,
                        PodEvent.warning(
                                container.getName(), "Unhealthy", word(kind) + " probe failed: " + outcome.output()));
            }
            if (judge(kind, next)) {
                schedule(kind, probe, next, false);
            }
        }

        /** True when this probe goes on. */
        private boolean judge(Kind kind, ProbeCounter counter) {
            boolean gaveUp = !counter.passing() && !counter.last() && kind != Kind.READINESS && reached(kind, counter);
            if (gaveUp) {
                tell(new Health(
                        id,
                        health.started(),
                        false,
                        Optional.of("Container " + container.getName() + " failed "
                                + (kind == Kind.STARTUP ? "startup" : "liveness") + " probe, will be restarted")));
                return false;
            }
            switch (kind) {
                case STARTUP -> {
                    if (counter.passing()) {
                        tell(new Health(id, true, false, Optional.empty()));
                        afterStartup();
                        return false;
                    }
                }
                case READINESS -> tell(new Health(id, health.started(), counter.passing(), health.unhealthy()));
                case LIVENESS -> {
                    // Passing changes nothing.
                }
            }
            return true;
        }

        private boolean reached(Kind kind, ProbeCounter counter) {
            Probe probe = kind == Kind.STARTUP ? container.getStartupProbe() : container.getLivenessProbe();
            return counter.run() >= or(probe.getFailureThreshold(), 3);
        }

        private synchronized void tell(Health next) {
            if (!next.equals(health)) {
                health = next;
                report.accept(container.getName(), next);
            }
        }
    }

    private static String word(Kind kind) {
        return switch (kind) {
            case STARTUP -> "Startup";
            case LIVENESS -> "Liveness";
            case READINESS -> "Readiness";
        };
    }

    private static int or(@Nullable Integer value, int standard) {
        return value == null ? standard : value;
    }
}
