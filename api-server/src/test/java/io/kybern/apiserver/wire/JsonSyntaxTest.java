package io.kybern.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSyntaxTest {
    private static String error(String json) {
        return JsonSyntax.error(json.getBytes(StandardCharsets.UTF_8)).orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | unexpected end of JSON input",
                "{\"a\" 1} | invalid character '1' after object key",
                "{\"a\":1 2} | invalid character '2' after object key:value pair",
                "{a:1} | invalid character 'a' looking for beginning of object key string",
                "{\"a\":1,} | invalid character '}' looking for beginning of object key string",
                "[1 2] | invalid character '2' after array element",
                "[1,] | invalid character ']' looking for beginning of value",
                "{}x | invalid character 'x' after top-level value",
                "nul | invalid character ' ' in literal null (expecting 'l')",
                "trux | invalid character 'x' in literal true (expecting 'e')",
                "-x | invalid character 'x' in numeric literal",
                "1.x | invalid character 'x' after decimal point in numeric literal",
                "1ex | invalid character 'x' in exponent of numeric literal",
                "01 | invalid character '1' after top-level value",
                "\"\\q\" | invalid character 'q' in string escape code",
                "\"\\u12x\" | invalid character 'x' in \\u hexadecimal character escape",
                "{'a':1} | invalid character '\\'' looking for beginning of object key string"
            })
    void malformedJsonIsDescribedAsGoDoes(String json, String message) {
        assertThat(error(json)).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", " 1.5e-3 ", "\"\\u00e9\"", "{\"a\":[{},[],{\"b\":-0}]}"})
    void whatGoTakesIsNotComplainedAbout(String json) {
        assertThat(error(json)).isEmpty();
    }

    @Test
    void nestingHasALimit() {
        assertThat(error("[".repeat(JsonSyntax.MAX_DEPTH) + "]".repeat(JsonSyntax.MAX_DEPTH)))
                .isEmpty();
        assertThat(error("[".repeat(JsonSyntax.MAX_DEPTH + 1))).isEqualTo("invalid character '[' exceeded max depth");
    }
}
