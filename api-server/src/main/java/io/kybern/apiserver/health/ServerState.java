package io.kybern.apiserver.health;

import java.util.Optional;

/**
 * How far a server has come: {@code starting → ready → leaving → closing}. Written by the thread that starts and closes the
 * server, read by checks.
 */
public final class ServerState {
    private enum Phase {
        STARTING,
        READY,
        LEAVING,
        CLOSING
    }

    private volatile Phase phase = Phase.STARTING;

    /** What a server has from its first moment is there. */
    public void ready() {
        phase = Phase.READY;
    }

    /** From now on no load balancer should send more; what comes is answered still. */
    public void leaving() {
        phase = Phase.LEAVING;
    }

    /** From now on what comes is refused. */
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
        return phase.compareTo(Phase.LEAVING) < 0 ? Optional.empty() : Optional.of("process is shutting down");
    }
}
