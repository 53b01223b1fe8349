package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import java.util.List;
import java.util.function.Supplier;

/** One object after the other, each on disk before its answer. */
final class Create extends ServerScenario {
    Create() {
        super("create", "durable creates of ConfigMaps of 1 KiB", "creates", 64);
    }

    @Override
    public List<Goal> goals(int clients) {
        return clients == 1
                ? List.of(Goal.atMostTimes(0.6, Figure.MEDIAN))
                : List.of(Goal.atLeastTimes(5, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        Supplier<byte[]> creates = Requests.numbered(i -> data.configMap("created-" + i));
        return new Work(data.empty(), server -> ClosedLoop.open(server, setting.clients(), creates, 201));
    }
}
