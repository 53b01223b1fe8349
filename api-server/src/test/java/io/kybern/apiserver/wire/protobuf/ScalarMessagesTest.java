package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.wire.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ScalarMessagesTest {
    private static final int UNKNOWN = 9;
    private static final long A_SECOND = 1_767_225_600;

    private static ProtobufReader message(Consumer<ProtobufWriter> write) {
        ProtobufWriter out = new ProtobufWriter();
        write.accept(out);
        return new ProtobufReader(out.toByteArray());
    }

    private static void number(ProtobufWriter out, int field, long value) {
        out.tag(field, ProtobufWriter.VARINT);
        out.varint(value);
    }

    private static ProtobufReader instant(long seconds, long nanos) {
        return message(out -> {
            number(out, 1, seconds);
            number(out, 2, nanos);
        });
    }

    private static ProtobufReader raw(String json) {
        return message(out -> out.bytes(1, json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aTimeIsCutToTheSecondAndAMicroTimeToTheMicrosecond() {
        assertThat(ScalarMessages.time(instant(A_SECOND, 123_456_789))).hasToString("\"2026-01-01T00:00:00Z\"");
        assertThat(ScalarMessages.microTime(instant(A_SECOND, 123_456_789)))
                .hasToString("\"2026-01-01T00:00:00.123456Z\"");
        assertThat(ScalarMessages.microTime(instant(A_SECOND, 0))).hasToString("\"2026-01-01T00:00:00.000000Z\"");
    }

    @Test
    void theZeroTimeIsNull() {
        assertThat(ScalarMessages.time(message(out -> {}))).hasToString("null");
        assertThat(ScalarMessages.microTime(instant(-62_135_596_800L, 0))).hasToString("null");
        assertThat(ScalarMessages.time(instant(0, 0))).hasToString("\"1970-01-01T00:00:00Z\"");
    }

    @Test
    void aTimeThatCannotBeWrittenIsRefused() {
        for (ProtobufReader time : new ProtobufReader[] {
            instant(Long.MAX_VALUE, 0), instant(253_402_300_800L, 0), instant(0, 1_000_000_000), instant(0, -1)
        }) {
            assertThatThrownBy(() -> ScalarMessages.time(time))
                    .isInstanceOf(DecodeException.class)
                    .hasMessage("proto: time out of range");
        }
    }

    @Test
    void intOrStringIsWhatItsTypeSays() {
        assertThat(ScalarMessages.intOrString(message(out -> {
                    number(out, 1, 0);
                    number(out, 2, -80);
                    out.string(3, "http");
                })))
                .hasToString("-80");
        assertThat(ScalarMessages.intOrString(message(out -> {
                    number(out, 1, 1);
                    number(out, 2, 80);
                    out.string(3, "http");
                })))
                .hasToString("\"http\"");
        assertThat(ScalarMessages.intOrString(message(out -> {}))).hasToString("0");
    }

    @Test
    void rawJsonIsRead() {
        assertThat(ScalarMessages.json(raw("{\"a\":[1,2]}"))).hasToString("{\"a\":[1,2]}");
        assertThat(ScalarMessages.json(message(out -> {}))).hasToString("null");
        assertThat(ScalarMessages.json(raw(""))).hasToString("null");
        assertThatThrownBy(() -> ScalarMessages.json(raw("{")))
                .isInstanceOf(DecodeException.class)
                .hasMessage("raw extension is no JSON");
    }

    @Test
    void unknownFieldsAreSkippedAndTheLastOfAKnownOneCounts() {
        assertThat(ScalarMessages.quantity(message(out -> {
                    out.string(1, "1");
                    out.string(UNKNOWN, "x");
                    out.string(1, "2Gi");
                })))
                .hasToString("\"2Gi\"");
        assertThat(ScalarMessages.duration(message(out -> {
                    number(out, UNKNOWN, 1);
                    number(out, 1, 1_500);
                })))
                .hasToString("\"1500ns\"");
    }
}
