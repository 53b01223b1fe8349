package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.kybern.node.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code containerStatuses} and {@code initContainerStatuses}, from what the runtime says. */
final class ContainerStatuses {
    private ContainerStatuses() {}

    static Optional<ContainerStatus> reported(PodStatus status, String container) {
        return Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .filter(candidate -> candidate.getName().equals(container))
                .findFirst();
    }

    static List<ContainerStatus> of(Observation observed, List<Container> containers) {
        return containers.stream().map(container -> of(observed, container)).toList();
    }

    private static ContainerStatus of(Observation observed, Container container) {
        Optional<ContainerState> latest = observed.latest(container);
        Optional<ContainerStatus> reported = reported(observed.reported(), container.getName());
        if (latest.isEmpty() && reported.isPresent() && (observed.ending() || observed.ended())) {
            return reported.get();
        }
        boolean init = PodContainers.init(observed.pod()).contains(container);
        boolean plainInit = init && !PodContainers.sidecar(container);
        boolean ready = plainInit ? latest.map(ContainerState::succeeded).orElse(false) : observed.ready(container);
        ContainerStatusBuilder builder = new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(latest.map(ContainerState::image).orElse(container.getImage()))
                .withImageID(latest.map(ContainerState::imageId).orElse(""))
                .withReady(ready && !observed.ending())
                .withStarted(observed.started(container))
                .withRestartCount(latest.map(ContainerState::attempt)
                        .orElseGet(() ->
                                reported.map(ContainerStatus::getRestartCount).orElse(0)));
        latest.ifPresent(state -> builder.withContainerID(state.id()));
        describeState(observed, container, latest, reported, builder);
        if (container.getResources() != null) {
            builder.withResources(container.getResources());
            if (container.getResources().getRequests() != null
                    && !container.getResources().getRequests().isEmpty()) {
                builder.withAllocatedResources(container.getResources().getRequests());
            }
        }
        return builder.build();
    }

    private static void describeState(
            Observation observed,
            Container container,
            Optional<ContainerState> latest,
            Optional<ContainerStatus> reported,
            ContainerStatusBuilder builder) {
        Optional<io.fabric8.kubernetes.api.model.ContainerState> waiting = waiting(observed, container, latest);
        builder.withState(waiting.orElseGet(
                () -> latest.map(ContainerStatuses::state).orElseGet(() -> waiting("ContainerCreating", null))));
        if (waiting.isPresent() && latest.isPresent()) {
            builder.withLastState(state(latest.get()));
        } else {
            observed.actual()
                    .previous(container.getName())
                    .map(ContainerStatuses::state)
                    .or(() -> latest.filter(state -> state.attempt() > 0)
                            .flatMap(state -> reported.map(ContainerStatus::getLastState)))
                    .ifPresent(builder::withLastState);
        }
    }

    /** Why the container does not run although it should; empty when it runs, or has ended for good. */
    private static Optional<io.fabric8.kubernetes.api.model.ContainerState> waiting(
            Observation observed, Container container, Optional<ContainerState> latest) {
        if (observed.ending()
                || observed.ended()
                || latest.map(ContainerState::running).orElse(false)) {
            return Optional.empty();
        }
        boolean again =
                latest.map(state -> restarts(observed, container, state)).orElse(false);
        if (latest.map(ContainerState::exited).orElse(false) && !again) {
            return Optional.empty();
        }
        var memory = observed.memory().of(container.getName());
        if (memory.trouble().isPresent()) {
            return memory.trouble().map(ContainerStatuses::waiting);
        }
        if (latest.isPresent()) {
            Instant ended = latest.get().finishedAt().orElse(Instant.EPOCH);
            return again && memory.restart().remaining(ended, observed.now()).isPositive()
                    ? Optional.of(waiting(
                            "CrashLoopBackOff",
                            crashLoop(observed, container, memory.restart().delay())))
                    : Optional.empty();
        }
        boolean behindInit = !PodContainers.init(observed.pod()).isEmpty() && !observed.initialized();
        return Optional.of(waiting(behindInit ? "PodInitializing" : "ContainerCreating", null));
    }

    private static boolean restarts(Observation observed, Container container, ContainerState state) {
        boolean plainInit = PodContainers.init(observed.pod()).contains(container) && !PodContainers.sidecar(container);
        return state.exited()
                && (plainInit
                        ? PodContainers.initRestarts(observed.pod(), container, state)
                        : PodContainers.restarts(observed.pod(), container, state));
    }

    /** A pod whose volumes are not there yet is still being created; the event says why. */
    private static io.fabric8.kubernetes.api.model.ContainerState waiting(PodMemory.Trouble trouble) {
        return switch (trouble.reason()) {
            case "FailedMount" -> waiting("ContainerCreating", null);
            case "ErrImagePull" ->
                trouble.backoff().delay().compareTo(Backoff.INITIAL) > 0
                        ? waiting("ImagePullBackOff", "Back-off pulling image: " + trouble.message())
                        : waiting(trouble.reason(), trouble.message());
            default -> waiting(trouble.reason(), trouble.message());
        };
    }

    private static String crashLoop(Observation observed, Container container, Duration delay) {
        return "back-off " + humanly(delay) + " restarting failed container=" + container.getName() + " pod="
                + PodContainers.identity(observed.pod()).describe();
    }

    /** As Go prints a duration of whole seconds: {@code 10s}, {@code 2m40s}, {@code 5m0s}. */
    static String humanly(Duration delay) {
        long minutes = delay.toMinutes();
        return (minutes > 0 ? minutes + "m" : "") + delay.toSecondsPart() + "s";
    }

    private static io.fabric8.kubernetes.api.model.ContainerState waiting(String reason, @Nullable String message) {
        return new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .build();
    }

    private static io.fabric8.kubernetes.api.model.ContainerState state(ContainerState state) {
        return switch (state.phase()) {
            case CREATED -> waiting("ContainerCreating", null);
            case RUNNING ->
                new ContainerStateBuilder()
                        .withNewRunning()
                        .withStartedAt(seconds(state.startedAt()))
                        .endRunning()
                        .build();
            case EXITED ->
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(state.exitCode())
                        .withReason(state.reason())
                        .withMessage(state.message().isEmpty() ? null : state.message())
                        // What could not be started began, as upstream tells it, when time did.
                        .withStartedAt(seconds(state.startedAt().or(() -> Optional.of(Instant.EPOCH))))
                        .withFinishedAt(seconds(state.finishedAt()))
                        .withContainerID(state.id())
                        .endTerminated()
                        .build();
        };
    }

    private static @Nullable String seconds(Optional<Instant> time) {
        return time.map(instant -> instant.truncatedTo(ChronoUnit.SECONDS).toString())
                .orElse(null);
    }
}
