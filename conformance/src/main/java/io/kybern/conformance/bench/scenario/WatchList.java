package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.Syncs;
import java.util.List;

/** What comes after the restart of a server. */
final class WatchList extends ServerScenario {
    private static final int OBJECTS = 10_000;

    WatchList() {
        super("watch-list", "informers that get 10,000 ConfigMaps by a watch-list, all at once", "syncs", 100);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(10, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        return new Work(
                data.with(OBJECTS, i -> data.configMap("listed-" + i)),
                server -> new Syncs(server, setting.clients(), data.configMaps()));
    }
}
