package io.kybern.crd.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.golden.Golden;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SmallValuesTest {
    @Test
    void percentages() {
        assertThat(IntOrString.scaled(IntNode.valueOf(3), 10, true)).isEqualTo(3);
        assertThat(IntOrString.scaled(TextNode.valueOf("25%"), 10, true)).isEqualTo(3);
        assertThat(IntOrString.scaled(TextNode.valueOf("25%"), 10, false)).isEqualTo(2);
        assertThatThrownBy(() -> IntOrString.scaled(TextNode.valueOf("25"), 10, false))
                .hasMessage("invalid value for IntOrString: invalid type: string is not a percentage");
    }

    @TestFactory
    Stream<DynamicTest> percentagesAreReadAsByTheOriginal() throws IOException {
        return QuantityTest.recorded("percent")
                .map(each -> DynamicTest.dynamicTest(each.path("text").asText(), () -> {
                    TextNode text = TextNode.valueOf(each.path("text").asText());
                    if (each.has("error")) {
                        assertThatThrownBy(() -> IntOrString.scaled(text, 7, true))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessage(each.path("error").asText());
                    } else {
                        assertThat(IntOrString.scaled(text, 7, true))
                                .isEqualTo(each.path("prints").asLong());
                    }
                }));
    }

    @Test
    void times() {
        Instant time = KubeTime.parse("2026-01-02T03:04:05.678901+01:00").orElseThrow();
        assertThat(KubeTime.seconds(time)).isEqualTo("2026-01-02T02:04:05Z");
        assertThat(KubeTime.micros(time)).isEqualTo("2026-01-02T02:04:05.678901Z");
        for (String whole : List.of(
                "1969-12-31T23:59:59Z",
                "2024-02-29T10:20:30Z",
                "0000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59Z",
                "9999-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z")) {
            assertThat(KubeTime.seconds(Instant.parse(whole).plusNanos(1))).isEqualTo(whole);
        }
        assertThat(KubeTime.parse("noon")).isEmpty();
    }

    @Test
    void goText() {
        assertThat(GoText.value(Golden.json("{'b': [1, 2.5, null, true], 'a': {'x': 'y'}}")))
                .isEqualTo("map[a:map[x:y] b:[1 2.5 <nil> true]]");
        assertThat(GoText.syntax(Golden.json("{'b': [1, null, {}], 'a': 'x'}")))
                .isEqualTo(
                        "map[string]interface {}{\"a\":\"x\", \"b\":[]interface {}{1, interface {}(nil), map[string]interface {}{}}}");
        assertThat(GoText.number(DoubleNode.valueOf(1e21))).isEqualTo("1e+21");
        assertThat(GoText.number(DoubleNode.valueOf(100000))).isEqualTo("100000");
        assertThat(GoText.number(DoubleNode.valueOf(-4294967295.5))).isEqualTo("-4.2949672955e+09");
        assertThat(GoText.number(DoubleNode.valueOf(Double.NEGATIVE_INFINITY))).isEqualTo("-Inf");
        assertThat(GoText.number(DoubleNode.valueOf(0.00001))).isEqualTo("1e-05");
    }
}
