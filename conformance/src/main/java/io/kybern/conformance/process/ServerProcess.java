package io.kybern.conformance.process;

import java.io.IOException;
import java.util.List;

/** A running API server that knows the administrator by {@link #TOKEN}. Closing it ends its processes. */
public interface ServerProcess extends AutoCloseable {
    /** Of a member of {@code system:masters}; the servers are throw-away ones that listen on the loopback address. */
    String TOKEN = "bench-administrator";

    /** How it is called in reports. */
    String title();

    /** Of the HTTPS listener on the loopback address. */
    int port();

    /** Where it listens, and the administrator's credentials. */
    default Address address() {
        return Address.local(port());
    }

    /** A new connection of the administrator. */
    default HttpConnection connect() throws IOException {
        return HttpConnection.open(address());
    }

    /** All processes that take part in serving: their costs are the server's. None where it is somebody else's. */
    List<ProcessHandle> processes();

    /** Ends them as {@code kill -9} does and returns when they are gone. */
    void kill();

    @Override
    void close();
}
