package io.kybern.conformance.bench;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.scenario.Scenario;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Tells the figures: a line a turn, and one table of all scenarios in the end, in Markdown. */
final class Report {
    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void title(Scenario scenario, int clients, List<String> conditions) {
        out.println(scenario.word() + ": " + scenario.about() + ", clients: " + clients);
        conditions.forEach(condition -> out.println("(" + condition + ")"));
    }

    void turn(int round, String contestant, Scenario scenario, Figures figures) {
        String text = figures.values().entrySet().stream()
                .map(entry ->
                        name(entry.getKey(), scenario) + " " + entry.getKey().text(entry.getValue()))
                .collect(Collectors.joining("   "));
        out.printf(Locale.ROOT, "round %d  %-9s %s%s%n", round, contestant, text, unknown(figures));
    }

    private static String unknown(Figures figures) {
        return figures.get(Figure.MEMORY).isEmpty() ? "   (CPU and RSS unknown: not a process of this run)" : "";
    }

    /** What is a rate of operations is called as they are. */
    private static String name(Figure figure, Scenario scenario) {
        return figure == Figure.RATE ? scenario.unit() : figure.label();
    }

    /** Medians of all figures, their ratios, and what they should come to. */
    void table(List<Result> results) {
        for (Result result : results) {
            out.println();
            List<String> titles = List.copyOf(result.medians().keySet());
            row(result.scenario().word() + ", clients: " + result.clients(), titles, "ratio", "goal");
            row("---", titles.stream().map(title -> "---:").toList(), "---:", "---");
            for (Figure figure : Figure.values()) {
                if (result.medians().values().stream()
                        .anyMatch(figures -> figures.get(figure).isPresent())) {
                    row(
                            name(figure, result.scenario()),
                            result.medians().values().stream()
                                    .map(figures -> text(figure, figures))
                                    .toList(),
                            ratio(figure, result),
                            goals(figure, result));
                }
            }
        }
    }

    private void row(String first, List<String> middle, String ratio, String goal) {
        out.println("| " + first + " | " + String.join(" | ", middle) + " | " + ratio + " | " + goal + " |");
    }

    private static String text(Figure figure, Figures figures) {
        OptionalDouble value = figures.get(figure);
        return value.isPresent() ? figure.text(value.getAsDouble()) : "unknown";
    }

    private static String ratio(Figure figure, Result result) {
        OptionalDouble ratio = Goal.ratio(figure, result.first(), result.second());
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "";
    }

    private static String goals(Figure figure, Result result) {
        return result.scenario().goals(result.clients()).stream()
                .filter(goal -> goal.figure() == figure)
                .map(goal -> goal.text()
                        + goal.isMet(result.first(), result.second())
                                .map(met -> met ? " ✓" : " **missed**")
                                .orElse(""))
                .collect(Collectors.joining(", "));
    }

    /** The same for programs, with all turns. */
    static Map<String, Object> json(Result result) {
        return Map.of(
                "scenario", result.scenario().word(),
                "about", result.scenario().about(),
                "unit", result.scenario().unit(),
                "clients", result.clients(),
                "turns", result.turns(),
                "medians", result.medians(),
                "goals",
                        result.scenario().goals(result.clients()).stream()
                                .map(goal -> Map.of(
                                        "figure", goal.figure(),
                                        "goal", goal.text(),
                                        "met",
                                                goal.isMet(result.first(), result.second())
                                                        .map(Object::toString)
                                                        .orElse("unknown")))
                                .toList());
    }
}
