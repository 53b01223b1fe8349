package io.kybern.conformance.bench;

import io.kybern.conformance.bench.load.Load;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.bench.load.Outcome;
import io.kybern.conformance.bench.scenario.Scenario;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lets servers do the same work in turns, so that whatever else the machine does hits both. */
final class Contest {
    private final Options options;
    private final Scenario scenario;
    private final Report report;

    Contest(Options options, Report report) {
        this.options = options;
        this.scenario = options.scenario().scenario(options.clients());
        this.report = report;
    }

    void run() {
        TemporaryDirectory.with(this::run);
    }

    private void run(Path directory) {
        Map<Contestant, ServerProcess> servers = new EnumMap<>(Contestant.class);
        try {
            report.title(scenario);
            for (Contestant contestant : options.contestants().stream().sorted().toList()) {
                ServerProcess server =
                        contestant.start(directory.resolve(contestant.name().toLowerCase(java.util.Locale.ROOT)));
                servers.put(contestant, server);
                scenario.data().make(server);
                warmUp(server);
            }
            report.result(scenario, rounds(servers));
        } catch (IOException e) {
            throw new LoadException("a server does not answer: " + e.getMessage(), e);
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
    }

    /** Some kinds of work take what time they take. */
    private void warmUp(ServerProcess server) throws IOException {
        long end = System.nanoTime() + options.warmUp().toNanos();
        do {
            turn(server, options.warmUp());
        } while (System.nanoTime() < end);
    }

    private Map<Contestant, List<Sample>> rounds(Map<Contestant, ServerProcess> servers) throws IOException {
        Map<Contestant, List<Sample>> samples = new EnumMap<>(Contestant.class);
        for (int round = 1; round <= options.rounds(); round++) {
            for (Map.Entry<Contestant, ServerProcess> entry : servers.entrySet()) {
                Sample sample = turn(entry.getValue(), options.duration());
                samples.computeIfAbsent(entry.getKey(), c -> new ArrayList<>()).add(sample);
                report.turn(round, entry.getKey(), scenario, sample);
            }
        }
        return samples;
    }

    private Sample turn(ServerProcess server, Duration duration) throws IOException {
        try (Load load = scenario.load().open(server)) {
            ProcessCost before = ProcessCost.of(server);
            Outcome outcome = load.run(duration);
            return Sample.of(outcome, before, ProcessCost.of(server));
        }
    }
}
