package io.kybern.node.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodState;
import java.util.List;
import java.util.Optional;

/** Finds the pod and the container that a path names, or refuses. */
final class Targets {
    private final PodLookup pods;
    private final ContainerRuntime runtime;

    Targets(PodLookup pods, ContainerRuntime runtime) {
        this.pods = pods;
        this.runtime = runtime;
    }

    /** @param path {@code [verb, namespace, pod, …]} */
    Pod pod(List<String> path, int length) {
        if (path.size() != length) {
            throw new RefusedException(404, "404 page not found");
        }
        return pods.find(path.get(1), path.get(2))
                .orElseThrow(() -> new RefusedException(404, "pod \"" + path.get(2) + "\" not found"));
    }

    /** Whether the pod has a container of this name; nothing blocks. */
    void verifyContainer(Pod pod, String container) {
        if (PodContainers.find(pod, container).isEmpty()) {
            throw new RefusedException(
                    404,
                    "container " + container + " not found in pod "
                            + pod.getMetadata().getName() + "_"
                            + pod.getMetadata().getNamespace());
        }
    }

    /** The newest attempt, or the one before. Asks the runtime. */
    ContainerState container(Pod pod, String container, boolean previous) {
        PodState state = runtime.observe(PodContainers.identity(pod));
        Optional<ContainerState> found = previous ? state.previous(container) : state.latest(container);
        String name = pod.getMetadata().getName();
        if (found.isEmpty() && previous) {
            throw new RefusedException(
                    400, "previous terminated container \"" + container + "\" in pod \"" + name + "\" not found");
        }
        return found.filter(attempt -> attempt.phase() != ContainerState.Phase.CREATED)
                .orElseThrow(() -> new RefusedException(
                        400,
                        "container \"" + container + "\" in pod \"" + name
                                + "\" is waiting to start: ContainerCreating"));
    }
}
