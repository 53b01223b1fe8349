package io.kybern.apiserver.wire.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Protobuf's wire format, written. Not thread-safe. */
public final class ProtobufWriter {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;

    private byte[] buffer = new byte[256];
    private int length;

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    int length() {
        return length;
    }

    void tag(int number, int type) {
        varint((long) number << 3 | type);
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[length++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        buffer[length++] = (byte) rest;
    }

    void fixed64(long value) {
        room(8);
        for (int shift = 0; shift < 64; shift += 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }

    public void string(int number, String text) {
        bytes(number, text.getBytes(StandardCharsets.UTF_8));
    }

    public void bytes(int number, byte[] value) {
        tag(number, BYTES);
        varint(value.length);
        raw(value);
    }

    public void message(int number, ProtobufWriter inner) {
        tag(number, BYTES);
        varint(inner.length);
        room(inner.length);
        System.arraycopy(inner.buffer, 0, buffer, length, inner.length);
        length += inner.length;
    }

    public void varintField(int number, long value) {
        tag(number, VARINT);
        varint(value);
    }

    public void doubleField(int number, double value) {
        tag(number, FIXED64);
        fixed64(Double.doubleToLongBits(value));
    }

    /** What goes before a message whose bytes are written elsewhere. */
    public static byte[] lengthPrefix(int number, int length) {
        ProtobufWriter out = new ProtobufWriter();
        out.tag(number, BYTES);
        out.varint(length);
        return out.toByteArray();
    }

    void raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, buffer, length, value.length);
        length += value.length;
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
