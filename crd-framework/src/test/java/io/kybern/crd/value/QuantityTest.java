package io.kybern.crd.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1000m, 1",
        "1500m, 1500m",
        "0.5, 500m",
        "0.5Gi, 512Mi",
        "1024Mi, 1Gi",
        "100Mi, 100Mi",
        "1000Ki, 1000Ki",
        "512Ki, 512Ki",
        "1000, 1k",
        "1500, 1500",
        "100000, 100k",
        "1e3, 1e3",
        "1E, 1E",
        "12e6, 12e6",
        "0.1Ki, 102400m",
        "1.0000000001, 1000000001n",
        "-5, -5",
        "1023Ki, 1023Ki",
        "3.0, 3",
        "1Ki, 1Ki",
        "0.0005, 500u",
        "9999999999999999999999, 9223372036854775807"
    })
    void printsCanonically(String text, String canonical) {
        assertThat(Quantity.canonical(text)).isEqualTo(canonical);
    }

    @Test
    void refusesWithTheOriginalsTexts() {
        assertThatThrownBy(() -> Quantity.parse("")).hasMessage(Quantity.SYNTAX);
        assertThatThrownBy(() -> Quantity.parse("1x")).hasMessage(Quantity.SYNTAX);
        assertThatThrownBy(() -> Quantity.parse("1mm")).hasMessage("unable to parse quantity's suffix");
        assertThatThrownBy(() -> Quantity.parse("m")).hasMessage("unable to parse numeric part of quantity");
    }

    @Test
    void countsAndRounds() {
        Quantity half = Quantity.parse("500m");
        assertThat(half.plus(half)).hasToString("1");
        assertThat(Quantity.parse("1Gi").minus(Quantity.parse("512Mi"))).hasToString("512Mi");
        assertThat(Quantity.parse("1234567u").roundUpToMilli()).hasToString("1235m");
        assertThat(Quantity.parse("1.1").value()).isEqualTo(2);
        assertThat(Quantity.parse("1").compareTo(Quantity.parse("1000m"))).isZero();
    }
}
