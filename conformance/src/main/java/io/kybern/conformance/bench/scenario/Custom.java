package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import java.util.List;
import java.util.function.Supplier;

/** What operators do. */
final class Custom extends ServerScenario {
    Custom() {
        super("custom", "durable creates of custom resources of 1 KiB with 5 rules in CEL", "creates", 64);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(4, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        Supplier<byte[]> creates = Requests.numbered(i -> CustomData.create(data, i));
        return new Work(CustomData.kind(data), server -> ClosedLoop.open(server, setting.clients(), creates, 201));
    }
}
