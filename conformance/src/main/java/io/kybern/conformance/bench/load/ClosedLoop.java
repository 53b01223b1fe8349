package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Clients that each ask again as soon as they have got their answer, a connection and a virtual thread each. */
public final class ClosedLoop implements Load {
    private final List<HttpConnection> connections;
    private final List<Client> clients;
    private final int expectedStatus;

    private ClosedLoop(List<HttpConnection> connections, List<Client> clients, int expectedStatus) {
        this.connections = connections;
        this.clients = clients;
        this.expectedStatus = expectedStatus;
    }

    /** Clients that all ask what one source says; it is called by all at once. */
    public static ClosedLoop open(ServerProcess server, int clients, Supplier<byte[]> requests, int expectedStatus)
            throws IOException {
        return open(server, clients, number -> requests::get, expectedStatus);
    }

    /** @param client made once each, from the numbers from 0 */
    public static ClosedLoop open(ServerProcess server, int count, IntFunction<Client> client, int expectedStatus)
            throws IOException {
        List<HttpConnection> connections = new ArrayList<>();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connections.add(server.connect());
            clients.add(client.apply(i));
        }
        return new ClosedLoop(List.copyOf(connections), List.copyOf(clients), expectedStatus);
    }

    /** Asks {@code count} requests, one each number from 0, by many clients at once: how data is made. */
    public static void each(ServerProcess server, int count, IntFunction<byte[]> request, int expectedStatus)
            throws IOException {
        AtomicInteger numbers = new AtomicInteger();
        try (ClosedLoop loop =
                open(server, Math.min(32, count), () -> request.apply(numbers.getAndIncrement()), expectedStatus)) {
            loop.together((connection, client) -> {
                while (numbers.get() < count) {
                    loop.exchange(connection, client);
                }
                return new Latencies();
            });
        }
    }

    @Override
    public Outcome run(Duration duration) {
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        Latencies all = Latencies.of(together((connection, client) -> work(connection, client, end)));
        return new Outcome(all.count(), Duration.ofNanos(System.nanoTime() - begin), all);
    }

    private Latencies work(HttpConnection connection, Client client, long end) throws IOException {
        Latencies latencies = new Latencies();
        for (long now = System.nanoTime(); now < end; ) {
            exchange(connection, client);
            long then = now;
            now = System.nanoTime();
            latencies.add(now - then);
        }
        return latencies;
    }

    private void exchange(HttpConnection connection, Client client) throws IOException {
        int status = connection.exchange(client.next(), client.answer());
        if (status != expectedStatus) {
            throw new LoadException("answered " + status + " instead of " + expectedStatus);
        }
    }

    private interface Work {
        Latencies of(HttpConnection connection, Client client) throws IOException;
    }

    private List<Latencies> together(Work work) {
        List<Callable<Latencies>> tasks = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            HttpConnection connection = connections.get(i);
            Client client = clients.get(i);
            tasks.add(() -> work.of(connection, client));
        }
        return Together.run(tasks);
    }

    /** How many bytes of bodies have come. */
    long received() {
        return connections.stream().mapToLong(HttpConnection::received).sum();
    }

    @Override
    public void close() {
        connections.forEach(HttpConnection::close);
    }
}
