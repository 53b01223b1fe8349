package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import java.util.List;
import java.util.function.Supplier;

/** What a rollout does. */
final class CreatePods extends ServerScenario {
    CreatePods() {
        super("create-pods", "durable creates of pods of 2 KiB", "creates", 64);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(5, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        Supplier<byte[]> creates = Requests.numbered(data::pod);
        return new Work(data.empty(), server -> ClosedLoop.open(server, setting.clients(), creates, 201));
    }
}
