package io.kybern.node.runtime;

import java.time.Instant;
import java.util.Optional;

/**
 * One attempt of one container.
 *
 * @param id with the runtime's scheme, such as {@code containerd://4f1c…}
 * @param reason why it ended: {@code Completed}, {@code Error}, {@code OOMKilled}, {@code StartError}; empty while it lives
 */
public record ContainerState(
        String id,
        String name,
        int attempt,
        Phase phase,
        String image,
        String imageId,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        int exitCode,
        String reason,
        String message) {

    /** The life of a container; it only moves forward. */
    public enum Phase {
        CREATED,
        RUNNING,
        EXITED
    }

    public boolean running() {
        return phase == Phase.RUNNING;
    }

    public boolean exited() {
        return phase == Phase.EXITED;
    }

    public boolean succeeded() {
        return exited() && exitCode == 0;
    }
}
