package io.kybern.distribution;

/**
 * A part of the process that is started and stopped as one: the API server, the controllers, the scheduler, the nodes.
 *
 * <p>{@link #start} returns when the component serves its purpose, and either everything of it runs or nothing: what it
 * throws is the reason, one line for the user. {@link #close} ends all its threads and may be called once after a
 * successful start. Both are called on one thread.
 */
public interface Component {
    /** What the user sees while it starts, after "Starting": {@code API server}. */
    String title();

    void start();

    void close();
}
