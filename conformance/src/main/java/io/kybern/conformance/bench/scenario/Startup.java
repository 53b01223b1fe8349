package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.process.AllInOneProcess;
import io.kybern.conformance.process.Started;
import io.kybern.conformance.process.UpstreamProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * From the start of the first process until {@code /readyz} says 200: of the process of {@code kybern up} with the API server alone, and of etcd
 * and kube-apiserver, which are started at once.
 */
final class Startup implements Scenario {
    private static final double SECONDS = 1.0;

    private final String word;
    private final String about;
    private final int objects;

    private Startup(String word, String about, int objects) {
        this.word = word;
        this.about = about;
        this.objects = objects;
    }

    /** In an empty directory each time. */
    static Startup empty() {
        return new Startup("startup", "first start to ready", 0);
    }

    /** On what is there. */
    static Startup withData() {
        return new Startup("startup-data", "start to ready with 10,000 ConfigMaps of 1 KiB", 10_000);
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public String about() {
        return about;
    }

    @Override
    public String unit() {
        return "starts";
    }

    @Override
    public int clients() {
        return 1;
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atMost(SECONDS, Figure.START), Goal.atMostTimes(0.35, Figure.START));
    }

    @Override
    public Entrant enter(Contestant contestant, Setting setting) throws IOException {
        Starts starts = new Starts(contestant, setting.directory(), objects > 0);
        if (objects > 0) {
            try (Started server = starts.start()) {
                setting.data()
                        .with(objects, i -> setting.data().configMap("kept-" + i))
                        .make(server);
            }
        }
        return starts;
    }

    private static final class Starts implements Entrant {
        private final Contestant contestant;
        private final Path directory;
        private final boolean same;
        private int number;

        /** @param same whether each start is on what the one before has left */
        Starts(Contestant contestant, Path directory, boolean same) {
            this.contestant = contestant;
            this.directory = directory;
            this.same = same;
        }

        Started start() {
            Path place = directory.resolve("start-" + (same ? 0 : ++number));
            return switch (contestant) {
                case Contestant.Kybern kybern -> AllInOneProcess.start(place, "api");
                case Contestant.Upstream upstream -> UpstreamProcess.start(place);
                case Contestant.Running running ->
                    throw new IllegalArgumentException("a server that runs can't be started");
            };
        }

        /** Once, so that the programs' files have been read. */
        @Override
        public void warmUp(Duration duration) {
            start().close();
        }

        @Override
        public Figures turn(Duration duration) {
            try (Started server = start()) {
                ProcessCost cost = ProcessCost.of(server);
                return Figures.none()
                        .with(Figure.START, server.startDuration().toNanos() / 1e9)
                        .with(Figure.CPU_TOTAL, cost.cpu().toNanos() / 1e9)
                        .with(Figure.MEMORY, cost.residentMebibytes());
            }
        }

        @Override
        public void close() {}
    }
}
