package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.Installation;
import java.util.List;

/** What the installation of a large provider does. */
final class Definitions extends ServerScenario {
    private static final int KINDS = 500;

    Definitions() {
        super(
                "crds",
                "500 definitions of custom kinds with schemas of 80 KB, until they are established and discovered",
                "definitions",
                8);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(10, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        List<Installation.Kind> kinds = CrdData.kinds(KINDS);
        return new Work(data.empty(), server -> new Installation(server, setting.clients(), kinds));
    }
}
