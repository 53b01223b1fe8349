package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Downloads;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;

/** Few of many, by a label that many share. */
final class Select extends ServerScenario {
    private static final int OBJECTS = 10_000;

    Select() {
        super("select", "lists of the 1 % of 10,000 pods that a label selector matches", "lists", 16);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(5, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        byte[] list = HttpConnection.request("GET", data.pods() + "?labelSelector=group%3Dg-7", "");
        return new Work(
                data.with(OBJECTS, data::pod),
                server -> new Downloads(ClosedLoop.open(server, setting.clients(), () -> list, 200)));
    }
}
