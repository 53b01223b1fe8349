package io.kybern.conformance.robustness;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What clients talk to: one server, or one of several that share a store. */
interface Subject extends AutoCloseable {
    /** Where a server listens, another one each time if there are several; empty while none runs. */
    Optional<InetSocketAddress> address();

    /** Of the servers that run. */
    List<Long> pids();

    /** Ends all processes as {@code kill -9} does. */
    @Override
    void close();
}
