package io.kybern.conformance.golden;

import java.util.List;

/** How a step's answer differs from the recorded one, one line a place; no lines: it is the same. */
public record StepResult(String step, List<String> differences) {
    public StepResult {
        differences = List.copyOf(differences);
    }

    public boolean same() {
        return differences.isEmpty();
    }
}
