package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.kybern.node.pod.PodMemory.Trouble;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What to do next for a pod: a pure function of an {@link Observation}.
 *
 * <p>Worked example, a pod with one init container: nothing there → {@code [StartSandbox]}; sandbox ready →
 * {@code [StartContainer init]}; init running → nothing; init ended with 0 → {@code [StartContainer main]}; main ended
 * with 1 → {@code [StartContainer main]} at once the first time, later nothing but a wake-up when the back-off is over.
 *
 * @param wakeAfter when to look again even if nothing happens
 */
public record PodPlan(List<PodAction> actions, Optional<Duration> wakeAfter) {
    /** How many attempts of a container are kept: the newest and, for {@code logs --previous}, the one before. */
    private static final int KEPT_ATTEMPTS = 2;

    private static final PodPlan NOTHING = new PodPlan(List.of(), Optional.empty());

    public PodPlan {
        actions = List.copyOf(actions);
    }

    public static PodPlan of(Observation observed) {
        if (observed.ending()) {
            return end(observed);
        }
        if (observed.ended() || observed.pastDeadline() || PodPhase.of(observed).terminal()) {
            return release(observed);
        }
        return new Decision(observed).plan();
    }

    private static PodPlan end(Observation observed) {
        if (observed.actual().anyRunning()) {
            return new PodPlan(
                    List.of(new PodAction.StopAll(PodContainers.grace(observed.pod()), "the pod is deleted")),
                    Optional.empty());
        }
        return observed.gone()
                ? new PodPlan(List.of(new PodAction.Forget()), Optional.empty())
                : new PodPlan(List.of(new PodAction.Forget(), new PodAction.ConfirmDeletion()), Optional.empty());
    }

    private static PodPlan release(Observation observed) {
        if (observed.actual().anyRunning()) {
            String why = observed.pastDeadline() ? "the pod's deadline has passed" : "the pod has ended";
            return new PodPlan(
                    List.of(new PodAction.StopAll(PodContainers.grace(observed.pod()), why)), Optional.empty());
        }
        return observed.actual().readySandbox().isPresent()
                ? new PodPlan(List.of(new PodAction.Release()), Optional.empty())
                : NOTHING;
    }

    /** Collects the actions for a pod that should run. */
    private static final class Decision {
        private final Observation observed;
        private final Pod pod;
        private final List<PodAction> actions = new ArrayList<>();
        private Optional<Duration> wakeAfter = Optional.empty();

        Decision(Observation observed) {
            this.observed = observed;
            this.pod = observed.pod();
        }

        PodPlan plan() {
            wakeAtDeadline();
            if (observed.actual().readySandbox().isEmpty()) {
                sandbox();
            } else {
                removeOldAttempts();
                stopUnhealthy();
                if (initContainers()) {
                    PodContainers.main(pod).forEach(this::mainContainer);
                }
            }
            return new PodPlan(actions, wakeAfter);
        }

        private void sandbox() {
            if (observed.actual().anyRunning()) {
                actions.add(new PodAction.StopAll(PodContainers.grace(pod), "the pod's sandbox has ended"));
                return;
            }
            if (waits(observed.memory().sandboxTrouble())) {
                return;
            }
            int attempt = observed.actual()
                    .sandbox()
                    .map(SandboxState::attempt)
                    .map(previous -> previous + 1)
                    .orElse(0);
            actions.add(new PodAction.StartSandbox(attempt));
        }

        private void removeOldAttempts() {
            PodContainers.all(pod)
                    .forEach(container -> observed.actual().containers().stream()
                            .filter(state -> state.name().equals(container.getName()))
                            .sorted(Comparator.comparingInt(ContainerState::attempt)
                                    .reversed())
                            .skip(KEPT_ATTEMPTS)
                            .filter(ContainerState::exited)
                            .forEach(state -> actions.add(new PodAction.RemoveContainer(state.id()))));
        }

        private void stopUnhealthy() {
            PodContainers.all(pod)
                    .filter(observed::running)
                    .forEach(container -> observed.health(container)
                            .flatMap(PodMemory.Health::unhealthy)
                            .ifPresent(why -> observed.latest(container)
                                    .ifPresent(state -> actions.add(new PodAction.StopContainer(
                                            container.getName(), state.id(), probeGrace(container), why)))));
        }

        /** A probe may set its own grace period. */
        private Duration probeGrace(Container container) {
            return Optional.ofNullable(container.getLivenessProbe())
                    .map(Probe::getTerminationGracePeriodSeconds)
                    .map(Duration::ofSeconds)
                    .orElse(PodContainers.grace(pod));
        }

        /** True when the main containers may start. */
        private boolean initContainers() {
            for (Container container : PodContainers.init(pod)) {
                boolean passed = PodContainers.sidecar(container) ? sidecar(container) : initContainer(container);
                if (!passed && !observed.mainBegun()) {
                    return false;
                }
            }
            return true;
        }

        private boolean sidecar(Container container) {
            Optional<ContainerState> latest = observed.latest(container);
            if (latest.isEmpty() || latest.get().exited()) {
                start(container, latest);
            }
            return observed.started(container);
        }

        private boolean initContainer(Container container) {
            Optional<ContainerState> latest = observed.latest(container);
            if (latest.isEmpty()
                    ? !observed.mainBegun()
                    : latest.get().exited() && PodContainers.initRestarts(pod, container, latest.get())) {
                start(container, latest);
            }
            return latest.map(ContainerState::succeeded).orElse(false);
        }

        private void mainContainer(Container container) {
            Optional<ContainerState> latest = observed.latest(container);
            if (latest.isEmpty()
                    || latest.get().phase() == ContainerState.Phase.CREATED
                    || (latest.get().exited() && PodContainers.restarts(pod, container, latest.get()))) {
                start(container, latest);
            }
        }

        private void start(Container container, Optional<ContainerState> latest) {
            PodMemory.ContainerMemory memory = observed.memory().of(container.getName());
            if (waits(memory.trouble())) {
                return;
            }
            Optional<ContainerState> ended = latest.filter(ContainerState::exited);
            if (ended.isPresent()
                    && waits(memory.restart(), ended.get().finishedAt().orElse(Instant.EPOCH))) {
                return;
            }
            int attempt = latest.map(state -> state.attempt() + 1).orElseGet(() -> reportedRestarts(container));
            actions.add(new PodAction.StartContainer(container.getName(), attempt, ended.isPresent()));
        }

        /** The runtime forgot the container, the API did not: the count goes on. */
        private int reportedRestarts(Container container) {
            return ContainerStatuses.reported(observed.reported(), container.getName())
                    .filter(status -> status.getContainerID() != null)
                    .map(status -> status.getRestartCount() + 1)
                    .orElse(0);
        }

        private boolean waits(Optional<Trouble> trouble) {
            return trouble.isPresent()
                    && waits(trouble.get().backoff(), trouble.get().when());
        }

        private boolean waits(Backoff backoff, Instant failure) {
            Duration remaining = backoff.remaining(failure, observed.now());
            if (remaining.isZero() || remaining.isNegative()) {
                return false;
            }
            wakeIn(remaining);
            return true;
        }

        private void wakeAtDeadline() {
            Long seconds = pod.getSpec().getActiveDeadlineSeconds();
            String start = observed.reported().getStartTime();
            if (seconds != null && start != null) {
                wakeIn(Duration.between(observed.now(), Instant.parse(start).plusSeconds(seconds)));
            }
        }

        private void wakeIn(Duration delay) {
            if (wakeAfter.isEmpty() || delay.compareTo(wakeAfter.get()) < 0) {
                wakeAfter = Optional.of(delay);
            }
        }
    }
}
