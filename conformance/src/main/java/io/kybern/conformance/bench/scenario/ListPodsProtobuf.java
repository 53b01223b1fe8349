package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Downloads;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;

/** As clients in Go ask. */
final class ListPodsProtobuf extends ServerScenario {
    private static final int OBJECTS = 10_000;

    ListPodsProtobuf() {
        super("list-pods-protobuf", "full lists of 10,000 pods as protobuf", "lists", 4);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(4, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        byte[] list = HttpConnection.request("GET", data.pods(), "application/vnd.kubernetes.protobuf", "", "");
        return new Work(
                data.with(OBJECTS, data::pod),
                server -> new Downloads(ClosedLoop.open(server, setting.clients(), () -> list, 200)));
    }
}
