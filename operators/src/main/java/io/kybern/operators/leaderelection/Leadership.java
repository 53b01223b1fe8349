package io.kybern.operators.leaderelection;

/**
 * What a leader does, for one term. {@link #prepare}, {@link #begin} and {@link #end} are called one after the other, on a thread of
 * the term's own: the last always, {@code begin} only if it comes to that; {@link #fence} on another one, at any moment or never.
 */
public interface Leadership {
    /**
     * Reads what it takes to act, and writes nothing: another one may lead. May block; interrupted if the term is over
     * meanwhile. If it fails it is called once more right before {@link #begin}.
     */
    void prepare() throws InterruptedException;

    /** Starts to act; may block. Interrupted if the term is over meanwhile. */
    void begin() throws InterruptedException;

    /** The lease is lost and others may act: nothing may be written from here on. Does not block. */
    void fence();

    /** Stops to act; also after a start that has failed, and without one. */
    void end();
}
