package io.kybern.conformance.bench;

import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.bench.scenario.BenchData;
import io.kybern.conformance.bench.scenario.Contestant;
import io.kybern.conformance.bench.scenario.Scenario;
import io.kybern.conformance.bench.scenario.Scenario.Entrant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets contestants do the same work in turns, so that whatever else the machine does hits all. */
final class Contest {
    private final Options options;
    private final Scenario scenario;
    private final int clients;
    private final Report report;

    Contest(Options options, Scenario scenario, Report report) {
        this.options = options;
        this.scenario = scenario;
        this.clients = options.clients().orElse(scenario.clients());
        this.report = report;
    }

    /** @throws LoadException if a contestant answers what it should not, or not at all */
    Result run() {
        List<Result> result = new ArrayList<>();
        TemporaryDirectory.with(directory -> result.add(run(directory)));
        return result.getFirst();
    }

    private Result run(Path directory) {
        Map<Contestant, Entrant> entrants = new LinkedHashMap<>();
        try {
            report.title(scenario, clients, scenario.conditions(directory));
            for (Contestant contestant : options.contestants()) {
                Path own = Files.createDirectory(directory.resolve("contestant-" + entrants.size()));
                Entrant entrant = scenario.enter(contestant, new Scenario.Setting(own, clients, BenchData.own()));
                entrants.put(contestant, entrant);
                entrant.warmUp(options.warmUp());
            }
            return new Result(scenario, clients, rounds(entrants));
        } catch (IOException e) {
            throw new LoadException("a server does not answer: " + e.getMessage(), e);
        } finally {
            entrants.values().forEach(Entrant::close);
        }
    }

    private Map<String, List<Figures>> rounds(Map<Contestant, Entrant> entrants) throws IOException {
        Map<String, List<Figures>> turns = new LinkedHashMap<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (Map.Entry<Contestant, Entrant> entry : entrants.entrySet()) {
                String title = entry.getKey().title();
                Figures figures = entry.getValue().turn(options.duration());
                turns.computeIfAbsent(title, t -> new ArrayList<>()).add(figures);
                report.turn(round, title, scenario, figures);
            }
        }
        return turns;
    }
}
