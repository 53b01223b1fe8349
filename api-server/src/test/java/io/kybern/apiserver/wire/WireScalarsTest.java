package io.kybern.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireScalarsTest {
    /** What the types of k8s.io/apimachinery 0.36.3 make of texts that a generator wrote. */
    @TestFactory
    Stream<DynamicTest> readsAsTheOriginal() throws IOException {
        try (InputStream file = getClass().getResourceAsStream("times.jsonl")) {
            return new ObjectMapper()
                    .readerFor(JsonNode.class).<JsonNode>readValues(file).readAll().stream()
                            .map(each -> DynamicTest.dynamicTest(
                                    each.path("kind").asText() + " "
                                            + each.path("text").asText(),
                                    () -> check(each)));
        }
    }

    private static void check(JsonNode each) {
        String text = each.path("text").asText();
        if (each.has("error")) {
            assertThatThrownBy(() -> read(each.path("kind").asText(), text))
                    .isInstanceOf(DecodeException.class)
                    .hasMessage(each.path("error").asText());
        } else {
            assertThat(read(each.path("kind").asText(), text))
                    .isEqualTo(each.path("prints").asText());
        }
    }

    private static String read(String kind, String text) {
        return switch (kind) {
            case "time" -> WireScalars.time(text).orElse("null");
            case "microtime" -> WireScalars.microTime(text).orElse("null");
            default -> WireScalars.duration(text);
        };
    }

    /** What encoding/base64 says: the byte where it stops, or -1. */
    static Stream<Arguments> base64() {
        return Stream.of(
                Arguments.of("", -1),
                Arguments.of("YQ==", -1),
                Arguments.of("YQ", 0),
                Arguments.of("YQ=", 3),
                Arguments.of("Y", 0),
                Arguments.of("Y===", 1),
                Arguments.of("YWI=", -1),
                Arguments.of("YWI", 0),
                Arguments.of("YWJj", -1),
                Arguments.of("MQ==xxx", 4),
                Arguments.of("MQ=x", 2),
                Arguments.of("YWI=x", 4),
                Arguments.of("YWI==", 4),
                Arguments.of("Y Q=", 1),
                Arguments.of("é", 0),
                Arguments.of("YQ=\n=", -1),
                Arguments.of("YQ==\n", -1),
                Arguments.of("Y\nQ==", -1),
                Arguments.of("YWJjZ", 4),
                Arguments.of("=", 0),
                Arguments.of("====", 0),
                Arguments.of("YWJj=", 4),
                Arguments.of("YQ==YQ==", 4),
                Arguments.of("a-_b", 1));
    }

    @ParameterizedTest
    @MethodSource("base64")
    void base64IsReadAsByTheOriginal(String text, int stop) {
        if (stop < 0) {
            assertThat(WireScalars.base64(text)).isEqualTo(text);
        } else {
            assertThatThrownBy(() -> WireScalars.base64(text))
                    .isInstanceOf(DecodeException.class)
                    .hasMessage("illegal base64 data at input byte " + stop);
        }
    }

    @Test
    void refusesTimesThatNoReaderTakes() {
        assertThatThrownBy(() -> WireScalars.time("9999-12-31T23:59:59-10:00"))
                .isInstanceOf(DecodeException.class)
                .hasMessage("parsing time \"9999-12-31T23:59:59-10:00\": year out of range");
    }

    @ParameterizedTest
    @CsvSource({
        "1e-400, 0",
        "-1e-999999999, 0",
        "1e5, 1E+5",
        "0.25, 0.25",
        "123456789012345678901, 123456789012345678901"
    })
    void numbersStayAsTheyAre(String text, String number) throws IOException {
        JsonNode read = JsonTree.parse(text.getBytes(StandardCharsets.UTF_8));
        assertThat(read.decimalValue()).hasToString(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e309", "1e99999999999999999999"})
    void numbersThatNoFloatHoldsAreRefused(String text) {
        assertThatThrownBy(() -> JsonTree.parse(("{\"a\":" + text + "}").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessage("json: cannot unmarshal number " + text + " into Go value of type float64");
    }
}
