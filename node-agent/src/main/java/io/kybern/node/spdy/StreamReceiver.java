package io.kybern.node.spdy;

/** Takes what comes on one stream; calls are serial, on virtual threads. {@link #ended} or {@link #reset} comes last, once. */
public interface StreamReceiver {
    /** For streams on which nothing is expected. */
    StreamReceiver NONE = data -> {};

    void data(byte[] data);

    /** The other side will send no more. */
    default void ended() {}

    /** The stream or the whole connection was broken off. */
    default void reset() {
        ended();
    }
}
