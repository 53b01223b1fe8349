package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import java.util.List;

/** What every node and every leader does every few seconds. */
final class LeaseRenewals extends ServerScenario {
    LeaseRenewals() {
        super("lease", "renewals of Leases, each client its own", "renewals", 256);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(8, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        return new Work(
                data.with(setting.clients(), data::lease),
                server -> ClosedLoop.open(server, setting.clients(), i -> new LeaseHolder(data, i), 200));
    }
}
