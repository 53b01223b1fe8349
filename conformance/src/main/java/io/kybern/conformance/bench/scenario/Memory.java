package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Rest;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.util.List;

/** What a large cluster holds while nothing happens. */
final class Memory extends ServerScenario {
    private static final int EACH = 50_000;

    Memory() {
        super("memory", "memory at rest with 50,000 ConfigMaps of 1 KiB and 50,000 pods", "looks", 1);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atMostTimes(0.33, Figure.MEMORY));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        return new Work(
                data.with(EACH, i -> data.configMap("kept-" + i))
                        .and(server -> ClosedLoop.each(server, EACH, data::pod, 201))
                        .and(server -> read(server, data.configMaps()))
                        .and(server -> read(server, data.pods())),
                server -> new Rest());
    }

    /** What nobody has asked for need not be in memory: a cluster's controllers ask for all. */
    private static void read(ServerProcess server, String collection) throws IOException {
        ClosedLoop.each(server, 1, i -> HttpConnection.request("GET", collection, ""), 200);
    }
}
