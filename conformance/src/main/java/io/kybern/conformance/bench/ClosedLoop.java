package io.kybern.conformance.bench;

import io.kybern.conformance.bench.Scenario.Outcome;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that each ask again as soon as they have got their answer, a connection and a virtual thread each. */
final class ClosedLoop implements Scenario.Load {
    private final List<HttpConnection> connections;
    private final Requests requests;
    private final int expectedStatus;

    private ClosedLoop(List<HttpConnection> connections, Requests requests, int expectedStatus) {
        this.connections = connections;
        this.requests = requests;
        this.expectedStatus = expectedStatus;
    }

    /** What a client asks next; called by all clients at once. */
    @FunctionalInterface
    interface Requests {
        byte[] next();
    }

    static ClosedLoop open(ServerProcess server, int clients, Requests requests, int expectedStatus)
            throws IOException {
        List<HttpConnection> connections = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            connections.add(HttpConnection.open(server.port()));
        }
        return new ClosedLoop(List.copyOf(connections), requests, expectedStatus);
    }

    @Override
    public Outcome run(Duration duration) {
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        List<Callable<Latencies>> clients = new ArrayList<>();
        for (HttpConnection connection : connections) {
            clients.add(() -> client(connection, end));
        }
        Latencies all = Latencies.of(together(clients));
        return new Outcome(all.count(), Duration.ofNanos(System.nanoTime() - begin), all);
    }

    private Latencies client(HttpConnection connection, long end) throws IOException {
        Latencies latencies = new Latencies();
        for (long now = System.nanoTime(); now < end; ) {
            int status = connection.exchange(requests.next());
            if (status != expectedStatus) {
                throw new LoadException("answered " + status + " instead of " + expectedStatus);
            }
            long then = now;
            now = System.nanoTime();
            latencies.add(now - then);
        }
        return latencies;
    }

    private static <T> List<T> together(List<Callable<T>> tasks) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted", e);
        } catch (ExecutionException e) {
            throw new LoadException(String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public void close() {
        connections.forEach(HttpConnection::close);
    }
}
