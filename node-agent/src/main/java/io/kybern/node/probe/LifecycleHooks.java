package io.kybern.node.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.kybern.node.probe.HandlerRunner.Outcome;
import io.kybern.node.runtime.ContainerFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Post-start and pre-stop hooks; calls block while the hook runs. */
public final class LifecycleHooks {
    /** A post-start hook has no limit upstream; this one ends a stuck command. */
    private static final Duration POST_START_TIMEOUT = Duration.ofMinutes(10);

    private final HandlerRunner runner;
    private final InstantSource clock;

    public LifecycleHooks(HandlerRunner runner, InstantSource clock) {
        this.runner = runner;
        this.clock = clock;
    }

    public void postStart(Container container, String containerId, String podAddress) {
        if (container.getLifecycle() == null || container.getLifecycle().getPostStart() == null) {
            return;
        }
        Outcome outcome = runner.run(
                Handler.of(container, container.getLifecycle().getPostStart()),
                containerId,
                podAddress,
                POST_START_TIMEOUT);
        if (!outcome.success()) {
            throw new ContainerFailure("FailedPostStartHook", "PostStartHook failed: " + outcome.output());
        }
    }

    /** What is left of the grace period after the hook; a failed hook does not keep the container alive. */
    public Duration preStop(Container container, String containerId, String podAddress, Duration grace) {
        if (container.getLifecycle() == null || container.getLifecycle().getPreStop() == null || grace.isZero()) {
            return grace;
        }
        Instant end = clock.instant().plus(grace);
        runner.run(Handler.of(container, container.getLifecycle().getPreStop()), containerId, podAddress, grace);
        Duration left = Duration.between(clock.instant(), end);
        // Upstream leaves at least two seconds for SIGTERM itself.
        return left.compareTo(Duration.ofSeconds(2)) < 0 ? Duration.ofSeconds(2) : left;
    }
}
