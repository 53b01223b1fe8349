package io.kybern.distribution;

import java.util.Optional;

/**
 * A part of the process that is started and stopped as one: the API server, the controllers, the scheduler, the nodes.
 *
 * <p>{@link #start} returns when the component serves its purpose; what it throws is the reason why it can't, one line
 * for the user. {@link #close} ends all its threads; it is called once after a start, also after one that failed halfway.
 * Both are called on one thread at a time.
 */
interface Component {
    ComponentName name();

    /** What the user sees while it starts, after "Starting": {@code API server}. */
    String title();

    void start();

    /** What keeps it from its whole purpose after its start, and what to do about it; empty if nothing does. */
    default Optional<String> note() {
        return Optional.empty();
    }

    void close();
}
