package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A client that asks so many times a second, whatever the answers take. */
final class PacedLoop implements Load {
    private final HttpConnection connection;
    private final long between;
    private final Supplier<byte[]> requests;
    private final int expectedStatus;

    private PacedLoop(HttpConnection connection, long between, Supplier<byte[]> requests, int expectedStatus) {
        this.connection = connection;
        this.between = between;
        this.requests = requests;
        this.expectedStatus = expectedStatus;
    }

    static PacedLoop open(ServerProcess server, int rate, Supplier<byte[]> requests, int expectedStatus)
            throws IOException {
        return new PacedLoop(server.connect(), Duration.ofSeconds(1).toNanos() / rate, requests, expectedStatus);
    }

    @Override
    public Outcome run(Duration duration) {
        Latencies latencies = new Latencies();
        long begin = System.nanoTime();
        for (long due = begin; due < begin + duration.toNanos(); due += between) {
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            try {
                int status = connection.exchange(requests.get());
                if (status != expectedStatus) {
                    throw new LoadException("answered " + status + " instead of " + expectedStatus);
                }
            } catch (IOException e) {
                throw new LoadException("no answer: " + e.getMessage(), e);
            }
            latencies.add(System.nanoTime() - due);
        }
        return new Outcome(latencies.count(), Duration.ofNanos(System.nanoTime() - begin), latencies);
    }

    @Override
    public void close() {
        connection.close();
    }
}
