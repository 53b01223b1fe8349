package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.kybern.node.runtime.ContainerState;
import java.util.Optional;

/** The summary of a pod's life, as upstream's {@code getPhase} sums it up. */
enum PodPhase {
    PENDING("Pending"),
    RUNNING("Running"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed");

    private final String word;

    PodPhase(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    boolean terminal() {
        return this == SUCCEEDED || this == FAILED;
    }

    static PodPhase of(Observation observed) {
        if (observed.ended()) {
            return "Failed".equals(observed.reported().getPhase()) ? FAILED : SUCCEEDED;
        }
        if (observed.pastDeadline()) {
            return FAILED;
        }
        if (observed.ending() && observed.actual().containers().isEmpty()) {
            return reported(observed);
        }
        return observed.mainBegun() ? ofMainContainers(observed) : beforeMain(observed);
    }

    /** Nothing of the pod is left here to judge by. */
    private static PodPhase reported(Observation observed) {
        return "Running".equals(observed.reported().getPhase()) ? RUNNING : PENDING;
    }

    private static PodPhase beforeMain(Observation observed) {
        boolean failed = PodContainers.init(observed.pod()).stream()
                .filter(container -> !PodContainers.sidecar(container))
                .anyMatch(container -> observed.latest(container)
                        .map(ended -> ended.exited()
                                && ended.exitCode() != 0
                                && !PodContainers.initRestarts(observed.pod(), container, ended))
                        .orElse(false));
        return failed ? FAILED : PENDING;
    }

    private static PodPhase ofMainContainers(Observation observed) {
        boolean anyFailed = false;
        boolean anyLives = false;
        for (Container container : PodContainers.main(observed.pod())) {
            Optional<ContainerState> latest = observed.latest(container);
            if (latest.isEmpty() || latest.get().phase() == ContainerState.Phase.CREATED) {
                return PENDING;
            }
            ContainerState state = latest.get();
            if (state.running() || (!observed.ending() && PodContainers.restarts(observed.pod(), container, state))) {
                anyLives = true;
            } else if (state.exitCode() != 0) {
                anyFailed = true;
            }
        }
        if (anyLives) {
            return RUNNING;
        }
        return anyFailed ? FAILED : SUCCEEDED;
    }
}
