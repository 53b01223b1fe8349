package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.WatchProtocol;
import io.kybern.conformance.bench.load.WatchedWrites;
import java.util.List;
import java.util.function.Supplier;

/** Many informers of one kind on an ordinary day. */
final class WatchPaced extends ServerScenario {
    private static final int A_SECOND = 20;

    private final WatchProtocol protocol;

    private WatchPaced(String word, String to, WatchProtocol protocol) {
        super(word, "deliveries of 20 creates a second of 1 KiB to " + to, "deliveries", 1000);
        this.protocol = protocol;
    }

    static WatchPaced alone() {
        return new WatchPaced("watch-paced", "watchers", WatchProtocol.HTTP_1);
    }

    static WatchPaced shared() {
        return new WatchPaced("watch-paced-http2", "watchers, 20 on each connection", WatchProtocol.HTTP_2);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(
                Goal.atMostTimes(0.25, Figure.CPU),
                Goal.atMost(10, Figure.SLOWEST),
                Goal.atMost(0, Figure.LOST),
                Goal.atMost(0, Figure.DISORDER));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        Supplier<byte[]> creates = Requests.numbered(i -> data.configMap("watched-" + i + WatchedWrites.stamp()));
        return new Work(
                data.empty(),
                server ->
                        WatchedWrites.paced(server, data.configMaps(), protocol, setting.clients(), A_SECOND, creates));
    }
}
