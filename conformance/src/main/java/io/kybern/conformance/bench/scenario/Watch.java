package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.WatchProtocol;
import io.kybern.conformance.bench.load.WatchedWrites;
import java.util.List;
import java.util.function.Supplier;

/** Many informers of one kind, as fast as it goes. */
final class Watch extends ServerScenario {
    private static final int WRITERS = 8;

    private final WatchProtocol protocol;

    private Watch(String word, String to, WatchProtocol protocol) {
        super(word, "deliveries of creates of 1 KiB by 8 clients to " + to, "deliveries", 1000);
        this.protocol = protocol;
    }

    static Watch alone() {
        return new Watch("watch", "watchers", WatchProtocol.HTTP_1);
    }

    static Watch shared() {
        return new Watch("watch-http2", "watchers, 20 on each connection", WatchProtocol.HTTP_2);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(
                Goal.atLeastTimes(4, Figure.RATE),
                Goal.atMost(0, Figure.INTERRUPTIONS),
                Goal.atMost(0, Figure.LOST),
                Goal.atMost(0, Figure.DISORDER));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        Supplier<byte[]> creates = Requests.numbered(i -> data.configMap("watched-" + i + WatchedWrites.stamp()));
        return new Work(
                data.empty(),
                server -> WatchedWrites.flatOut(
                        server, data.configMaps(), protocol, setting.clients(), WRITERS, creates));
    }
}
