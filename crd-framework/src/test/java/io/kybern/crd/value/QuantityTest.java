package io.kybern.crd.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.golden.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
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
        "9999999999999999999999, 9999999999999999999999",
        "9999999999999999999999Ki, 9223372036854775807",
        "1000E, 1",
        "+90M, +90M",
        "1e-999999999, 1e-9"
    })
    void printsCanonically(String text, String canonical) {
        assertThat(Quantity.canonical(text)).isEqualTo(canonical);
    }

    @Test
    void refusesWithTheOriginalsTexts() {
        assertThatThrownBy(() -> Quantity.parse("")).hasMessage(Quantity.SYNTAX);
        assertThatThrownBy(() -> Quantity.parse("1x")).hasMessage(Quantity.SYNTAX);
        assertThatThrownBy(() -> Quantity.parse("1mm")).hasMessage("unable to parse quantity's suffix");
        assertThatThrownBy(() -> Quantity.parse("1e999999999")).hasMessage("unable to parse quantity's suffix");
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

    /** What the library of the original makes of texts that a generator wrote. */
    @TestFactory
    Stream<DynamicTest> readsAsTheOriginal() throws IOException {
        return recorded("quantity")
                .map(each -> DynamicTest.dynamicTest(each.path("text").asText(), () -> {
                    String text = each.path("text").asText();
                    if (each.has("error")) {
                        assertThatThrownBy(() -> Quantity.parse(text))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessage(each.path("error").asText());
                    } else {
                        assertThat(Quantity.canonical(text))
                                .isEqualTo(each.path("prints").asText());
                    }
                }));
    }

    static Stream<JsonNode> recorded(String kind) throws IOException {
        try (InputStream file = QuantityTest.class.getResourceAsStream("values.jsonl")) {
            return Golden.JSON.readerFor(JsonNode.class).<JsonNode>readValues(file).readAll().stream()
                    .filter(each -> each.path("kind").asText().equals(kind));
        }
    }
}
