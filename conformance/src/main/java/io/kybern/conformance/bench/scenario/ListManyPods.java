package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Downloads;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;

/** Hundreds of megabytes that nobody should hold in memory to send them. */
final class ListManyPods extends ServerScenario {
    private static final int OBJECTS = 50_000;

    ListManyPods() {
        super("list-many-pods", "full lists of 50,000 pods as JSON", "lists", 1);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(5, Figure.THROUGHPUT), Goal.atMost(64, Figure.GROWTH));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        byte[] list = HttpConnection.request("GET", data.pods(), "");
        return new Work(
                // what nobody has asked for need not be in memory
                data.with(OBJECTS, data::pod)
                        .and(server -> ClosedLoop.each(
                                server, 1, i -> HttpConnection.request("GET", data.pods() + "?limit=1", ""), 200)),
                server -> new Downloads(ClosedLoop.open(server, setting.clients(), () -> list, 200)));
    }
}
