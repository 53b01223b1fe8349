package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;
import java.util.function.Supplier;

/** Small reads of the newest state. */
final class Get extends ServerScenario {
    private static final int PODS = 1_000;

    Get() {
        super("get", "gets of one of 1,000 pods", "gets", 64);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(5, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        Supplier<byte[]> gets = Requests.of(PODS, i -> HttpConnection.request("GET", data.pods() + "/web-" + i, ""));
        return new Work(data.with(PODS, data::pod), server -> ClosedLoop.open(server, setting.clients(), gets, 200));
    }
}
