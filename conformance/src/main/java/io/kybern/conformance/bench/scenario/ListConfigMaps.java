package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Downloads;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;

/** Small objects, all of them. */
final class ListConfigMaps extends ServerScenario {
    private static final int OBJECTS = 10_000;

    ListConfigMaps() {
        super("list", "full lists of 10,000 ConfigMaps of 1 KiB as JSON", "lists", 4);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(3, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        byte[] list = HttpConnection.request("GET", data.configMaps(), "");
        return new Work(
                data.with(OBJECTS, i -> data.configMap("listed-" + i)),
                server -> new Downloads(ClosedLoop.open(server, setting.clients(), () -> list, 200)));
    }
}
