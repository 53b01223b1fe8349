package io.kybern.conformance.robustness.check;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a history: the first of it, since one error has many consequences. */
final class Findings {
    private static final int MOST = 20;

    private final List<String> lines = new ArrayList<>();

    void add(String line, Object... arguments) {
        if (lines.size() < MOST) {
            lines.add(line.formatted(arguments));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
