package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.golden.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainSchemaTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"string\"}",
                "{\"description\":\"x\",\"type\":\"integer\"}",
                "{\"type\":\"object\",\"description\":\"x\"}"
            })
    void saysATypeAndWhatItIsFor(String schema) {
        assertThat(PlainSchema.is(Golden.json(schema))).isTrue();
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
        assertThat(PlainSchema.is(Golden.json(schema))).isFalse();
    }
}
