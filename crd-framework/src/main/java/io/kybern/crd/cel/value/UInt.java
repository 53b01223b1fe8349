package io.kybern.crd.cel.value;

/** An unsigned number of 64 bits. */
public record UInt(long bits) implements Comparable<UInt> {
    @Override
    public int compareTo(UInt other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    public double toDouble() {
        double half = (bits >>> 1) * 2.0;
        return bits >= 0 ? (double) bits : half + (bits & 1);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
