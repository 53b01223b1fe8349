package io.kybern.conformance.bench.figure;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a figure should come to: of the first server alone, or beside the second one's. */
public sealed interface Goal {
    Figure figure();

    /** As it stands in a report. */
    String text();

    /** Empty where a figure is not known that it takes. */
    Optional<Boolean> isMet(Figures first, Optional<Figures> second);

    static Goal atLeastTimes(double times, Figure figure) {
        return new Times(figure, times, true);
    }

    static Goal atMostTimes(double times, Figure figure) {
        return new Times(figure, times, false);
    }

    static Goal atMost(double bound, Figure figure) {
        return new AtMost(figure, bound);
    }

    /** How many times the second one's figure the first one's is; empty where it isn't known. */
    static OptionalDouble ratio(Figure figure, Figures first, Optional<Figures> second) {
        OptionalDouble own = first.get(figure);
        OptionalDouble other = second.map(figures -> figures.get(figure)).orElse(OptionalDouble.empty());
        return own.isPresent() && other.isPresent() && other.getAsDouble() != 0
                ? OptionalDouble.of(own.getAsDouble() / other.getAsDouble())
                : OptionalDouble.empty();
    }

    /** So many times the second one's. */
    record Times(Figure figure, double times, boolean atLeast) implements Goal {
        @Override
        public String text() {
            return String.format(Locale.ROOT, "%s %s ×", atLeast ? "≥" : "≤", number(times));
        }

        @Override
        public Optional<Boolean> isMet(Figures first, Optional<Figures> second) {
            OptionalDouble ratio = ratio(figure, first, second);
            return ratio.isEmpty()
                    ? Optional.empty()
                    : Optional.of(atLeast ? ratio.getAsDouble() >= times : ratio.getAsDouble() <= times);
        }

        private static String number(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }
    }

    /** Whatever the second one's is. */
    record AtMost(Figure figure, double bound) implements Goal {
        @Override
        public String text() {
            return "≤ " + figure.text(bound);
        }

        @Override
        public Optional<Boolean> isMet(Figures first, Optional<Figures> second) {
            OptionalDouble value = first.get(figure);
            return value.isEmpty() ? Optional.empty() : Optional.of(value.getAsDouble() <= bound);
        }
    }
}
