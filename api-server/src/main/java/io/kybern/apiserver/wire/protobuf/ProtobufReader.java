package io.kybern.apiserver.wire.protobuf;

import io.kybern.apiserver.wire.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Protobuf's wire format, read. Every length is checked before it is believed. Not thread-safe. */
final class ProtobufReader {
    private final byte[] buffer;
    private final int end;
    private int at;

    ProtobufReader(byte[] buffer) {
        this(buffer, 0, buffer.length);
    }

    private ProtobufReader(byte[] buffer, int from, int end) {
        this.buffer = buffer;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** The next field's number and wire type, as they stand. */
    int tag() {
        return (int) varint();
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw unexpectedEnd();
            }
            byte b = buffer[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new DecodeException("proto: integer overflow");
    }

    long fixed64() {
        long value = 0;
        need(8);
        for (int shift = 0; shift < 64; shift += 8) {
            value |= (buffer[at++] & 0xffL) << shift;
        }
        return value;
    }

    byte[] bytes() {
        int length = length();
        byte[] out = Arrays.copyOfRange(buffer, at, at + length);
        at += length;
        return out;
    }

    String string() {
        int length = length();
        String out = new String(buffer, at, length, StandardCharsets.UTF_8);
        at += length;
        return out;
    }

    ProtobufReader message() {
        int length = length();
        ProtobufReader inner = new ProtobufReader(buffer, at, at + length);
        at += length;
        return inner;
    }

    void skip(int wireType) {
        switch (wireType) {
            case 0 -> varint();
            case 1 -> {
                need(8);
                at += 8;
            }
            case 2 -> {
                int length = length(); // first: it moves the position itself
                at += length;
            }
            case 5 -> {
                need(4);
                at += 4;
            }
            default -> throw new DecodeException("proto: illegal wireType " + wireType);
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw unexpectedEnd();
        }
        return (int) length;
    }

    private void need(int bytes) {
        if (end - at < bytes) {
            throw unexpectedEnd();
        }
    }

    private static DecodeException unexpectedEnd() {
        return new DecodeException("unexpected EOF");
    }
}
