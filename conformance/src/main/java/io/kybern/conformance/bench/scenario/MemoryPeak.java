package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.process.ServerProcess;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The most memory that a server was seen to hold, at ten looks a second. */
final class MemoryPeak implements AutoCloseable {
    private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerProcess server;
    private final Thread thread = Thread.ofPlatform().daemon().name("memory").unstarted(this::look);
    private volatile double mebibytes;
    private volatile boolean closed;

    private MemoryPeak(ServerProcess server) {
        this.server = server;
    }

    static MemoryPeak of(ServerProcess server) {
        MemoryPeak peak = new MemoryPeak(server);
        peak.thread.start();
        return peak;
    }

    private void look() {
        while (!closed) {
            mebibytes = Math.max(mebibytes, ProcessCost.of(server).residentMebibytes());
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
    }

    double mebibytes() {
        return mebibytes;
    }

    @Override
    public void close() {
        closed = true;
    }
}
