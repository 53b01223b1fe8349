package io.kybern.apiserver.health;

import java.util.Optional;

/**
 * How far a server has come: {@code starting → ready → closing}. Written by the thread that starts and closes the server,
 * read by checks.
 */
public final class ServerState {
    private enum Phase {
        STARTING,
        READY,
        CLOSING
    }

    private volatile Phase phase = Phase.STARTING;

    /** What a server has from its first moment is there. */
    public void ready() {
        phase = Phase.READY;
    }

    /** From now on no load balancer should send more. */
    public void closing() {
        phase = Phase.CLOSING;
    }

    Optional<String> bootstrapped() {
        return phase == Phase.STARTING ? Optional.of("not finished") : Optional.empty();
    }

    public boolean isClosing() {
        return phase == Phase.CLOSING;
    }

    Optional<String> open() {
        return isClosing() ? Optional.of("process is shutting down") : Optional.empty();
    }
}
