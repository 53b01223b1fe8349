package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxSpec;
import java.time.Duration;

/**
 * Turns a pod's spec into what a runtime takes: finds images, resolves references to other objects, lays volumes out on
 * the host. Throws {@link io.kybern.node.runtime.ContainerFailure} with the reason that the pod's status should show.
 */
public interface ContainerPreparation {
    SandboxSpec sandbox(Pod pod, int attempt);

    /** The image of the container on this node, fetched if the pull policy says so. */
    ImageRecord image(Pod pod, Container container, SandboxSpec sandbox);

    ContainerSpec container(Pod pod, Container container, int attempt, ImageRecord image, PodState actual);

    /** After a container began: its post-start hook. A failure ends the container. */
    void started(Pod pod, Container container, String containerId, PodState actual);

    /**
     * Before a container is asked to end: its pre-stop hook, for as long as {@code grace} allows.
     *
     * @return what is left of the grace period
     */
    Duration beforeStop(Pod pod, Container container, String containerId, Duration grace);

    /** The pod has ended or is gone: unmounts and removes what was laid out for it. */
    void release(Pod pod);
}
