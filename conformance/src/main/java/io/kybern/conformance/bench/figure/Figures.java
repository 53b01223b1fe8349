package io.kybern.conformance.bench.figure;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** What one turn of a server gave: those figures that are known. */
public record Figures(Map<Figure, Double> values) {
    public Figures {
        values = Collections.unmodifiableMap(
                values.isEmpty() ? new EnumMap<>(Figure.class) : new EnumMap<Figure, Double>(values));
    }

    /** Of nothing yet. */
    public static Figures none() {
        return new Figures(Map.of());
    }

    /** With one more. */
    public Figures with(Figure figure, double value) {
        Map<Figure, Double> more = new EnumMap<>(Figure.class);
        more.putAll(values);
        more.put(figure, value);
        return new Figures(more);
    }

    public OptionalDouble get(Figure figure) {
        Double value = values.get(figure);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Each figure's own median; of an even number of turns the upper one. */
    public static Figures median(List<Figures> turns) {
        Set<Figure> known = EnumSet.noneOf(Figure.class);
        turns.forEach(turn -> known.addAll(turn.values.keySet()));
        Figures median = none();
        for (Figure figure : known) {
            double[] sorted = turns.stream()
                    .flatMapToDouble(turn -> turn.get(figure).stream())
                    .sorted()
                    .toArray();
            median = median.with(figure, sorted[sorted.length / 2]);
        }
        return median;
    }
}
