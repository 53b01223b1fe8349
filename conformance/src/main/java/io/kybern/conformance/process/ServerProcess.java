package io.kybern.conformance.process;

import java.util.List;

/** A running API server that knows the administrator by {@link #TOKEN}. Closing it ends its processes. */
public interface ServerProcess extends AutoCloseable {
    /** Of a member of {@code system:masters}; the servers are throw-away ones that listen on the loopback address. */
    String TOKEN = "bench-administrator";

    /** How it is called in reports. */
    String title();

    /** Of the HTTPS listener on the loopback address. */
    int port();

    /** All processes that take part in serving: their costs are the server's. */
    List<ProcessHandle> processes();

    @Override
    void close();
}
