package io.kybern.crd.cel.value;

import java.util.Arrays;

/** A sequence of bytes. Not copied: who has made it must not change it. */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record Bytes(byte[] content) implements Comparable<Bytes> {
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    public Bytes plus(Bytes other) {
        byte[] sum = Arrays.copyOf(content, content.length + other.content.length);
        System.arraycopy(other.content, 0, sum, content.length, other.content.length);
        return new Bytes(sum);
    }
}
