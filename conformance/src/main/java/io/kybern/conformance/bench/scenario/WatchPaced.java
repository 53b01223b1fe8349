package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.WatchedWrites;
import java.util.List;
import java.util.function.Supplier;

/** Many informers of one kind on an ordinary day. */
final class WatchPaced extends ServerScenario {
    private static final int A_SECOND = 20;

    WatchPaced() {
        super("watch-paced", "deliveries of 20 creates a second of 1 KiB to watchers", "deliveries", 1000);
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
                server -> WatchedWrites.paced(server, data.configMaps(), setting.clients(), A_SECOND, creates));
    }
}
