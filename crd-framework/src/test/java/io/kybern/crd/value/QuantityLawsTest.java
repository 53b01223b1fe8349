package io.kybern.crd.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Amounts against plain decimal numbers. */
@Tag("fuzz")
class QuantityLawsTest {
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "",
            BigDecimal.ONE,
            "m",
            new BigDecimal("0.001"),
            "u",
            new BigDecimal("0.000001"),
            "k",
            new BigDecimal(1000),
            "M",
            new BigDecimal(1_000_000),
            "Ki",
            new BigDecimal(1024),
            "Mi",
            new BigDecimal(1024 * 1024),
            "Ti",
            new BigDecimal(1L << 40),
            "e3",
            new BigDecimal(1000),
            "e-2",
            new BigDecimal("0.01"));

    /** An amount as text, and the number that it means. */
    private record Written(String text, BigDecimal number) {}

    private static Written written(Source source) {
        String unit = source.of(UNITS.keySet().stream().sorted().toList());
        String number = source.of("", "-")
                + source.textOf("0123456789", 5)
                + source.below(10)
                + source.of("", "." + source.textOf("05", 3) + source.below(10));
        BigDecimal exact = new BigDecimal(number).multiply(UNITS.getOrDefault(unit, BigDecimal.ONE));
        return new Written(number + unit, exact.setScale(Math.min(9, exact.scale()), RoundingMode.UP));
    }

    @Test
    void amountsAreTheNumbersTheyMean() {
        Fuzz.check(500, source -> {
            Written a = source.note("a", written(source));
            Written b = source.note("b", written(source));
            Quantity left = Quantity.parse(a.text());
            Quantity right = Quantity.parse(b.text());
            assertThat(left.amount()).isEqualByComparingTo(a.number());
            assertThat(left.compareTo(right)).isEqualTo(a.number().compareTo(b.number()));
            assertThat(left.plus(right).amount())
                    .isEqualByComparingTo(a.number().add(b.number()));
            assertThat(left.minus(right).amount())
                    .isEqualByComparingTo(a.number().subtract(b.number()));
            assertThat(Quantity.parse(left.plus(right).toString()))
                    .as("printed")
                    .isEqualByComparingTo(left.plus(right));
        });
    }

    @Test
    void printingTwiceChangesNothing() {
        Fuzz.check(500, source -> {
            String text = source.note("text", any(source));
            Quantity quantity;
            try {
                quantity = Quantity.parse(text);
            } catch (IllegalArgumentException e) {
                return;
            }
            String printed = quantity.toString();
            assertThat(Quantity.canonical(printed)).isEqualTo(printed);
            assertThat(quantity.value().signum()).isEqualTo(quantity.amount().signum());
            quantity.milliValue();
            quantity.roundUpToMilli();
        });
    }

    private static String any(Source source) {
        return source.onceIn(4)
                ? source.text()
                : String.join(
                        "",
                        source.list(
                                0,
                                6,
                                s -> s.of(List.of(
                                        "1",
                                        "0",
                                        ".",
                                        "-",
                                        "+",
                                        "e",
                                        "E",
                                        "K",
                                        "i",
                                        "m",
                                        "n",
                                        "k",
                                        "9",
                                        "1024",
                                        "2147483647",
                                        "999999999",
                                        "000000000"))));
    }
}
