package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What kubectl and controllers in Go do. */
final class Patch extends ServerScenario {
    private static final int PODS = 1_000;

    Patch() {
        super("patch", "strategic merge patches of one of 1,000 pods", "patches", 64);
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(4, Figure.RATE));
    }

    @Override
    Work work(Setting setting) {
        BenchData data = setting.data();
        AtomicLong revisions = new AtomicLong();
        Supplier<byte[]> patches = Requests.of(PODS, i -> {
            long revision = revisions.incrementAndGet();
            return HttpConnection.request(
                    "PATCH",
                    data.pods() + "/web-" + i,
                    "application/json",
                    "application/strategic-merge-patch+json",
                    "{\"metadata\":{\"annotations\":{\"revision\":\"" + revision
                            + "\"}},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:" + revision
                            + "\"}]}}");
        });
        return new Work(data.with(PODS, data::pod), server -> ClosedLoop.open(server, setting.clients(), patches, 200));
    }
}
