package io.kybern.node.pod;

import java.time.Duration;

/** One step from what is to what should be. Each is safe to repeat. */
public sealed interface PodAction {
    record StartSandbox(int attempt) implements PodAction {}

    /** @param restart it ran before, so the back-off grows */
    record StartContainer(String container, int attempt, boolean restart) implements PodAction {}

    /** @param why for the event and the people who read it */
    record StopContainer(String container, String containerId, Duration grace, String why) implements PodAction {}

    /** Stops all running containers: the main ones together, then the sidecars in reverse order. */
    record StopAll(Duration grace, String why) implements PodAction {}

    /** An attempt that nobody asks for any more. */
    record RemoveContainer(String containerId) implements PodAction {}

    /** Gives back network and volumes; logs and exit codes stay until the pod is deleted. */
    record Release() implements PodAction {}

    /** Removes all traces from the node. */
    record Forget() implements PodAction {}

    /** Tells the API server that the pod has ended here: delete with no grace and the uid as precondition. */
    record ConfirmDeletion() implements PodAction {}
}
