package io.kybern.apiserver.wire.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonTree;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Messages that are one value in JSON, such as {@code Quantity}, {@code Time}, {@code IntOrString} and {@code RawExtension}. Fields
 * that are not known are skipped; of one that comes again the last counts. All throw {@link DecodeException} when the bytes are no
 * such message.
 */
final class ScalarMessages {
    /** The years that RFC 3339 can tell. */
    private static final long FIRST_SECOND = -62135596800L;

    private static final long LAST_SECOND = 253402300799L;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private ScalarMessages() {}

    static JsonNode quantity(ProtobufReader reader) {
        return TextNode.valueOf(onlyString(reader));
    }

    /** As nanoseconds. */
    static JsonNode duration(ProtobufReader reader) {
        return TextNode.valueOf(GoDuration.text(onlyVarint(reader)));
    }

    /** To the second; JSON null for Go's zero time. */
    static JsonNode time(ProtobufReader reader) {
        return time(reader, false);
    }

    /** To the microsecond; JSON null for Go's zero time. */
    static JsonNode microTime(ProtobufReader reader) {
        return time(reader, true);
    }

    private static JsonNode time(ProtobufReader reader, boolean micros) {
        long seconds = 0;
        long nanos = 0;
        boolean present = false;
        while (reader.hasMore()) {
            present = true;
            int tag = reader.tag();
            switch (tag >>> 3) {
                case 1 -> seconds = reader.varint();
                case 2 -> nanos = (int) reader.varint();
                default -> reader.skip(tag & 7);
            }
        }
        if (!present || seconds == FIRST_SECOND) { // Go's zero time
            return NullNode.getInstance();
        }
        if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos >= 1_000_000_000) {
            throw new DecodeException("proto: time out of range");
        }
        Instant instant = Instant.ofEpochSecond(seconds, micros ? nanos : 0);
        return TextNode.valueOf(micros ? MICROS.format(instant) : instant.toString());
    }

    static JsonNode intOrString(ProtobufReader reader) {
        long type = 0;
        long number = 0;
        String text = "";
        while (reader.hasMore()) {
            int tag = reader.tag();
            switch (tag >>> 3) {
                case 1 -> type = reader.varint();
                case 2 -> number = reader.varint();
                case 3 -> text = reader.string();
                default -> reader.skip(tag & 7);
            }
        }
        return type == 0 ? LongNode.valueOf((int) number) : TextNode.valueOf(text);
    }

    /** The JSON text in a message; JSON null if there is none. */
    static JsonNode json(ProtobufReader reader) {
        byte[] raw = {};
        while (reader.hasMore()) {
            int tag = reader.tag();
            if (tag >>> 3 == 1) {
                raw = reader.bytes();
            } else {
                reader.skip(tag & 7);
            }
        }
        if (raw.length == 0) {
            return NullNode.getInstance();
        }
        try {
            return JsonTree.parse(raw);
        } catch (IOException e) {
            throw new DecodeException("raw extension is no JSON");
        }
    }

    private static String onlyString(ProtobufReader reader) {
        String out = "";
        while (reader.hasMore()) {
            int tag = reader.tag();
            if (tag >>> 3 == 1) {
                out = reader.string();
            } else {
                reader.skip(tag & 7);
            }
        }
        return out;
    }

    private static long onlyVarint(ProtobufReader reader) {
        long out = 0;
        while (reader.hasMore()) {
            int tag = reader.tag();
            if (tag >>> 3 == 1) {
                out = reader.varint();
            } else {
                reader.skip(tag & 7);
            }
        }
        return out;
    }
}
