package io.kybern.conformance.bench;

import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Watchers of all ConfigMaps, while some clients create as fast as they can. */
final class WatchScenario implements Scenario {
    private static final int WRITERS = 8;

    private final int watchers;
    private final AtomicLong names = new AtomicLong();

    WatchScenario(int watchers) {
        this.watchers = watchers;
    }

    @Override
    public String title() {
        return "deliveries of creates of 1 KiB by " + WRITERS + " clients to " + watchers + " watchers";
    }

    @Override
    public String unit() {
        return "deliveries";
    }

    @Override
    public double goal() {
        return 2;
    }

    @Override
    public void prepare(ServerProcess server) throws IOException {
        ConfigMaps.createNamespace(server);
    }

    @Override
    public Load open(ServerProcess server) throws IOException {
        Watchers open = Watchers.open(server, watchers);
        ClosedLoop writers = ClosedLoop.open(server, WRITERS, this::create, 201);
        return new Load() {
            @Override
            public Outcome run(Duration duration) {
                open.reset();
                Outcome written = writers.run(duration);
                return new Outcome(open.deliveries(), written.elapsed(), open.latencies());
            }

            @Override
            public void close() {
                writers.close();
                open.close();
            }
        };
    }

    /** The name tells when the request was made. */
    private byte[] create() {
        return ConfigMaps.create("watched-" + names.incrementAndGet() + Watchers.STAMP + System.nanoTime());
    }
}
