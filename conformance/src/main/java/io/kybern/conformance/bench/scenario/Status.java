package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What kubelets do. */
final class Status extends ServerScenario {
    private static final int PODS = 1_000;

    Status() {
        super("status", "merge patches of the status of one of 1,000 pods", "patches", 256);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(8, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        AtomicLong revisions = new AtomicLong();
        Supplier<byte[]> patches = Requests.of(
                PODS,
                i -> HttpConnection.request(
                        "PATCH",
                        data.pods() + "/web-" + i + "/status",
                        "application/json",
                        "application/merge-patch+json",
                        "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
                                + "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\",\"message\":\""
                                + revisions.incrementAndGet() + "\"}]}}"));
        return new Work(data.with(PODS, data::pod), server -> ClosedLoop.open(server, setting.clients(), patches, 200));
    }
}
