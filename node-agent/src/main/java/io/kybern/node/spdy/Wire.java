package io.kybern.node.spdy;

import java.io.IOException;

/** Carries the bytes of a connection to the other side. */
public interface Wire {
    /** Returns when the bytes are on their way, so that a slow reader slows the writer. */
    void send(byte[] bytes) throws IOException;

    void close();
}
