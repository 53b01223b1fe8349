package io.kybern.operators.leaderelection;

/**
 * What a leader does, for one term. {@link #begin} and {@link #end} are called once each, one after the other, on a thread of
 * the term's own; {@link #fence} on another one, at any moment or never.
 */
public interface Leadership {
    /** Starts to act; may block. Interrupted if the term is over meanwhile. */
    void begin() throws InterruptedException;

    /** The lease is lost and others may act: nothing may be written from here on. Does not block. */
    void fence();

    /** Stops to act; also after a start that has failed. */
    void end();
}
