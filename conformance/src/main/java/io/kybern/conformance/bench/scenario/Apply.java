package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What GitOps does. */
final class Apply extends ServerScenario {
    private static final int DEPLOYMENTS = 1_000;

    Apply() {
        super("apply", "server-side applies that change one of 1,000 Deployments", "applies", 64);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(4, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        AtomicLong revisions = new AtomicLong();
        IntFunction<byte[]> apply = i -> HttpConnection.request(
                "PATCH",
                data.deployments() + "/web-" + i + "?fieldManager=bench",
                "application/json",
                "application/apply-patch+yaml",
                BenchData.deployment(i, revisions.incrementAndGet()));
        Supplier<byte[]> applies = Requests.of(DEPLOYMENTS, apply);
        return new Work(
                data.with(DEPLOYMENTS, apply), server -> ClosedLoop.open(server, setting.clients(), applies, 200));
    }
}
