package io.kybern.conformance.bench;

import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.scenario.Scenario;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out.
 *
 * @param turns of each contestant by its title, the one first that is compared with the other
 */
record Result(Scenario scenario, int clients, Map<String, List<Figures>> turns) {
    /** Each contestant's median figures, in the same order. */
    Map<String, Figures> medians() {
        Map<String, Figures> medians = new LinkedHashMap<>();
        turns.forEach((title, figures) -> medians.put(title, Figures.median(figures)));
        return medians;
    }

    Figures first() {
        return medians().values().iterator().next();
    }

    /** Empty where one was alone. */
    Optional<Figures> second() {
        return medians().values().stream().skip(1).findFirst();
    }
}
