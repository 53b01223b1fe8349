package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.Rest;
import io.kybern.conformance.process.AllInOneProcess;
import io.kybern.conformance.process.ServerProcess;
import io.kybern.conformance.process.UpstreamProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A control plane that nobody asks: Kybern's API server, controllers and scheduler in one process, and etcd, kube-apiserver,
 * kube-controller-manager and kube-scheduler, without nodes and without election. Syncs are counted in a time of their own, since that
 * slows down.
 */
final class Idle implements Scenario {
    /** What a start has left is collected and compiled by then, on both sides. */
    private static final Duration SETTLED = Duration.ofMinutes(1);
    /** 200 MB. */
    private static final double MEBIBYTES = 190.7;

    @Override
    public String word() {
        return "idle";
    }

    @Override
    public String about() {
        return "a control plane with controllers and scheduler that nobody asks";
    }

    @Override
    public String unit() {
        return "looks";
    }

    @Override
    public int clients() {
        return 1;
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(
                Goal.atMost(MEBIBYTES, Figure.MEMORY), Goal.atMost(1, Figure.CORE), Goal.atMost(1, Figure.SYNCS));
    }

    @Override
    public Entrant enter(Contestant contestant, Setting setting) {
        return new Resting(start(contestant, setting.directory()), setting.directory());
    }

    private static ServerProcess start(Contestant contestant, Path directory) {
        return switch (contestant) {
            case Contestant.Kybern kybern -> AllInOneProcess.start(directory, "api,controllers,scheduler");
            case Contestant.Upstream upstream -> {
                UpstreamProcess server = UpstreamProcess.start(directory);
                server.startControllers(directory);
                yield server;
            }
            case Contestant.Running running ->
                throw new IllegalArgumentException("of a server that runs it can't be known what it costs");
        };
    }

    private record Resting(ServerProcess server, Path directory) implements Entrant {
        @Override
        public void warmUp(Duration duration) {
            new Rest().run(duration.compareTo(SETTLED) < 0 ? SETTLED : duration);
        }

        @Override
        public Figures turn(Duration duration) throws IOException {
            ProcessCost before = ProcessCost.of(server);
            double seconds = new Rest().run(duration).elapsed().toNanos() / 1e9;
            ProcessCost after = ProcessCost.of(server);
            double cpu = after.cpu().minus(before.cpu()).toNanos() / 1e9;
            Figures figures = Figures.none()
                    .with(Figure.CORE, 100 * cpu / seconds)
                    .with(Figure.MEMORY, after.residentMebibytes());
            var syncs = SyncCount.during(duration, server.processes(), directory);
            return syncs.isPresent() ? figures.with(Figure.SYNCS, syncs.getAsDouble()) : figures;
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
