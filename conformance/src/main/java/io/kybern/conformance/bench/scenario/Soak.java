package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Goal;
import java.io.IOException;
import java.util.List;

/** Creates that go on while the server is killed now and then, and started again on its data. */
final class Soak implements Scenario {
    @Override
    public String word() {
        return "soak";
    }

    @Override
    public String about() {
        return "durable creates of ConfigMaps of 1 KiB while the server is killed and started again each 15 s";
    }

    @Override
    public String unit() {
        return "creates";
    }

    @Override
    public int clients() {
        return 64;
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atMost(0, Figure.LOST), Goal.atLeastTimes(3, Figure.RATE));
    }

    @Override
    public Entrant enter(Contestant contestant, Setting setting) throws IOException {
        if (contestant instanceof Contestant.Running) {
            throw new IllegalArgumentException("a server that runs is not killed");
        }
        return Soaked.start(contestant, setting);
    }
}
