package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Clients that watch, on as few threads as there are processors: each of the server's can be kept waited upon, and no more is missing to
 * it than their work needs. All check the order; some also look how old the events are.
 */
final class Watchers implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"([0-9]+)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTING_AT_ONCE = 50;

    private final ServerProcess server;
    private final String collection;
    private final EventLoopGroup loops =
            new NioEventLoopGroup(Runtime.getRuntime().availableProcessors());
    private final WatchTransport transport;
    private final List<Watcher> watchers = new ArrayList<>();
    private volatile String failure = "";
    private volatile boolean closing;

    private Watchers(ServerProcess server, String collection, WatchProtocol protocol) {
        this.server = server;
        this.collection = collection;
        Bootstrap connector = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(server.address().host(), server.address().port());
        this.transport = switch (protocol) {
            case HTTP_1 -> new Http1Watches(server.address(), connector);
            case HTTP_2 -> new Http2Watches(server.address(), connector);
        };
    }

    /**
     * Watches a collection from its present state on.
     *
     * @param lookEvery one of so many looks at the age of events, the first among them
     */
    static Watchers open(ServerProcess server, String collection, WatchProtocol protocol, int count, int lookEvery)
            throws IOException {
        Watchers all = new Watchers(server, collection, protocol);
        try {
            all.open(count, lookEvery);
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private void open(int count, int lookEvery) throws IOException {
        String target = target();
        EventLoop loop = loops.next();
        for (int i = 0; i < count; i++) {
            if (i % transport.watchersOfConnection() == 0) {
                loop = loops.next();
            }
            EventReader reader = i % lookEvery == 0 ? new AgeReader() : new EventReader();
            Watcher watcher = new Watcher(reader, loop, i / transport.watchersOfConnection(), this::again);
            watchers.add(watcher);
            transport.watch(watcher, target);
            if (i % CONNECTING_AT_ONCE == 0) {
                await("watchers get connected", this::allWatch);
            }
        }
        await("watchers get connected", this::allWatch);
    }

    private boolean allWatch() {
        return watchers.stream().allMatch(Watcher::isWatching);
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            requireHealth();
            if (System.nanoTime() > end) {
                throw new LoadException("in " + PATIENCE.toSeconds() + " s it did not come about that " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private void requireHealth() {
        for (Watcher watcher : watchers) {
            if (!watcher.failure().isEmpty()) {
                throw new LoadException(watcher.failure());
            }
        }
        if (!failure.isEmpty()) {
            throw new LoadException(failure);
        }
    }

    /** From what is newest now: what happened before isn't delivered, nor counted. */
    private String target() throws IOException {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (HttpConnection connection = server.connect()) {
            connection.exchange(HttpConnection.request("GET", collection + "?limit=1", ""), list::write);
        }
        Matcher version = VERSION.matcher(list.toString(StandardCharsets.UTF_8));
        if (!version.find()) {
            throw new IOException("a list has no resourceVersion");
        }
        return collection + "?watch=true&timeoutSeconds=3600&resourceVersion=" + version.group(1);
    }

    /** What all have got since they began. */
    long deliveries() {
        requireHealth();
        return sum(watcher -> watcher.events.events());
    }

    /** Waits until each has got so many, as long as more come. Those that were interrupted may miss some. */
    void awaitEach(long events) {
        long before = -1;
        while (before != deliveries() && watchers.stream().anyMatch(watcher -> watcher.events.events() < events)) {
            before = deliveries();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    /** How many of so many events those miss whose watch was not ended by the server. */
    long lost(long events) {
        return sum(watcher -> watcher.interruptions() > 0 ? 0 : Math.max(0, events - watcher.events.events()));
    }

    long disorder() {
        return sum(watcher -> watcher.events.disorder());
    }

    long interruptions() {
        return sum(Watcher::interruptions);
    }

    private long sum(ToLongFunction<Watcher> figure) {
        return onLoops(theirs -> theirs.stream().mapToLong(figure).sum()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    Latencies latencies() {
        return Latencies.of(onLoops(theirs -> Latencies.of(theirs.stream()
                .map(watcher -> watcher.events)
                .filter(AgeReader.class::isInstance)
                .map(reader -> ((AgeReader) reader).ages)
                .toList())));
    }

    /** Looks at the watchers of each loop on its thread, which sees what it has done before. */
    private <T> List<T> onLoops(Function<List<Watcher>, T> look) {
        Map<EventLoop, List<Watcher>> byLoop =
                watchers.stream().collect(Collectors.groupingBy(watcher -> watcher.loop));
        List<CompletableFuture<T>> looks = new ArrayList<>();
        byLoop.forEach((loop, theirs) -> looks.add(CompletableFuture.supplyAsync(() -> look.apply(theirs), loop)));
        return looks.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public void close() {
        closing = true;
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A server may end a watch that can't keep up; as each client does, this one watches again. */
    private void again(Watcher watcher) {
        if (closing) {
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                transport.watch(watcher, target());
            } catch (IOException e) {
                failure = closing ? "" : "can't watch again: " + e.getMessage();
            }
        });
    }

    /** Also looks how old events are whose objects' names tell when they were made. */
    private static final class AgeReader extends EventReader {
        final Latencies ages = new Latencies();

        @Override
        void look(byte[] bytes, int from, int to) {
            long made = WatchedWrites.stampIn(bytes, from, to);
            if (made > 0) {
                ages.add(System.nanoTime() - made);
            }
        }
    }
}
