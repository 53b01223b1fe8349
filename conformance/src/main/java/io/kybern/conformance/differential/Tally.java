package io.kybern.conformance.differential;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many cases there were, by kind and verb, and how they differed. */
final class Tally {
    private static final int KINDS_SHOWN = 40;

    private static final class Count {
        private int cases;
        private int differing;

        private void add(boolean differs) {
            cases++;
            differing += differs ? 1 : 0;
        }

        @Override
        public String toString() {
            return cases == 0 ? "-" : "%d/%d".formatted(differing, cases);
        }
    }

    /** Cases that differ in the same way, with one of them to look at. */
    private record Group(String kind, List<String> cases) {}

    private final Map<String, Map<Verb, Count>> counts = new TreeMap<>();
    private final Map<String, Group> groups = new TreeMap<>();

    void add(Subject subject, Verb verb, String sample, List<String> differences) {
        counts.computeIfAbsent(subject.resource(), r -> new EnumMap<>(Verb.class))
                .computeIfAbsent(verb, v -> new Count())
                .add(!differences.isEmpty());
        if (!differences.isEmpty()) {
            String kind = verb + " " + Reply.kind(differences);
            groups.computeIfAbsent(kind, k -> new Group(k, new ArrayList<>()))
                    .cases()
                    .add(subject + " " + sample + "\n      " + String.join("\n      ", differences));
        }
    }

    int differing() {
        return counts.values().stream()
                .flatMap(byVerb -> byVerb.values().stream())
                .mapToInt(count -> count.differing)
                .sum();
    }

    void print(PrintStream out) {
        out.printf("%-52s", "differing / all");
        for (Verb verb : Verb.values()) {
            out.printf("%12s", verb.name().toLowerCase(java.util.Locale.ROOT));
        }
        out.println();
        counts.forEach((resource, byVerb) -> row(out, resource, byVerb));
        Map<Verb, Count> sum = new EnumMap<>(Verb.class);
        counts.values()
                .forEach(byVerb -> byVerb.forEach((verb, count) -> {
                    Count all = sum.computeIfAbsent(verb, v -> new Count());
                    all.cases += count.cases;
                    all.differing += count.differing;
                }));
        row(out, "all", sum);
        out.println();
        groups.values().stream()
                .sorted(Comparator.comparingInt((Group group) -> group.cases().size())
                        .reversed())
                .limit(KINDS_SHOWN)
                .forEach(group -> out.println(group.cases().size() + " × " + group.kind() + "\n   "
                        + group.cases().getFirst()));
    }

    private static void row(PrintStream out, String name, Map<Verb, Count> byVerb) {
        out.printf("%-52s", name);
        for (Verb verb : Verb.values()) {
            out.printf("%12s", byVerb.getOrDefault(verb, new Count()));
        }
        out.println();
    }
}
