package io.kybern.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.util.ArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireDecoderTest {
    @Test
    void noBytesAreEmptyOnes() throws IOException {
        WireType type = WireTypes.builtin()
                .ofKind(new GroupVersionKind("", "v1", "Secret"))
                .orElseThrow();
        JsonNode tree = new ObjectMapper().readTree("{\"data\":{\"a\":null}}");
        assertThat(WireDecoder.decode(tree, type, new ArrayList<>())).hasToString("{\"data\":{\"a\":\"\"}}");
    }

    /** What the original says of a tree that a strategic patch made, by the pair of types. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"serviceName\":true} | unrecognized type: string",
                "{\"serviceName\":1} | cannot convert int64 to string",
                "{\"serviceName\":1.5} | unrecognized type: string",
                "{\"replicas\":\"1\"} | unrecognized type: int32",
                "{\"replicas\":1.5} | cannot convert float64 to int32",
                "{\"replicas\":true} | unrecognized type: int32",
                "{\"template\":1} | cannot restore struct from: int64",
                "{\"volumeClaimTemplates\":1} | cannot restore slice from int64"
            })
    void treesOfWrongTypesAreRefused(String spec, String complaint) throws IOException {
        JsonNode tree = new ObjectMapper().readTree("{\"spec\":" + spec + "}");
        WireType type = WireTypes.builtin()
                .ofKind(new GroupVersionKind("apps", "v1", "StatefulSet"))
                .orElseThrow();
        assertThatThrownBy(() -> WireDecoder.convert(tree, type, new ArrayList<>()))
                .asInstanceOf(InstanceOfAssertFactories.throwable(DecodeException.class))
                .extracting(DecodeException::ofTree)
                .isEqualTo(complaint);
    }

    /** What the original's apply and strategic patch made of them. */
    @ParameterizedTest
    @CsvSource({
        "2147483648,-2147483648",
        "9223372036854775807,-1",
        "-9223372036854775808,0",
        "1e30,0",
        "3.0,3",
        "-1e3,-1000"
    })
    void treesOfLargeNumbersWrap(String number, long converted) throws IOException {
        JsonNode tree = new ObjectMapper().readTree("{\"spec\":{\"replicas\":" + number + "}}");
        WireType type = WireTypes.builtin()
                .ofKind(new GroupVersionKind("apps", "v1", "StatefulSet"))
                .orElseThrow();
        assertThat(WireDecoder.convert(tree, type, new ArrayList<>())
                        .at("/spec/replicas")
                        .asLong())
                .isEqualTo(converted);
    }
}
