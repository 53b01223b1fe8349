package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.golden.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainSchemaTest {
    private static JsonNode schema(String json) {
        return Golden.json("{\"schema\":" + json + "}").path("schema");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"string\"}",
                "{\"description\":\"x\",\"type\":\"integer\"}",
                "{\"type\":\"object\",\"description\":\"x\"}"
            })
    void saysATypeAndWhatItIsFor(String schema) {
        assertThat(PlainSchema.is(schema(schema))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "true",
                "[{\"type\":\"string\"}]",
                "{\"description\":\"x\"}",
                "{\"type\":\"array\"}",
                "{\"type\":\"null\"}",
                "{\"type\":\"\"}",
                "{\"type\":\"text\"}",
                "{\"type\":1}",
                "{\"type\":\"string\",\"default\":\"x\"}",
                "{\"type\":\"string\",\"description\":\"x\",\"format\":\"y\"}"
            })
    void mayHaveSomethingToComplainAbout(String schema) {
        assertThat(PlainSchema.is(schema(schema))).isFalse();
    }
}
