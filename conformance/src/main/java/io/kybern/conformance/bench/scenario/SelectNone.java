package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Downloads;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;

/** What has to be looked at, if nothing is found. */
final class SelectNone extends ServerScenario {
    private static final int OBJECTS = 150_000;

    SelectNone() {
        super("select-none", "lists of none of 150,000 ConfigMaps, by a label selector", "lists", 1);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atMost(10, Figure.SLOWEST));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        byte[] list = HttpConnection.request("GET", data.configMaps() + "?labelSelector=app%3Dnothing", "");
        return new Work(
                data.with(OBJECTS, i -> data.configMap("listed-" + i)),
                server -> new Downloads(ClosedLoop.open(server, setting.clients(), () -> list, 200)));
    }
}
