package io.kybern.node.runtime.simulated;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Gives out IPv4 addresses from a block, in order, each to one pod at a time; a freed one is used again as late as possible. */
public final class PodAddresses {
    private final int base;
    private final int size;
    private final BitSet taken = new BitSet();
    private int cursor;

    /** @param cidr such as {@code 10.244.0.0/16} */
    public PodAddresses(String cidr) {
        int slash = cidr.indexOf('/');
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        if (slash < 0 || prefix < 8 || prefix > 30) {
            throw new IllegalArgumentException("not an IPv4 block of prefix 8 to 30: " + cidr);
        }
        size = 1 << (32 - prefix);
        base = parse(cidr.substring(0, slash)) & -size;
        taken.set(0);
        taken.set(size - 1);
    }

    public synchronized String next() {
        int free = taken.nextClearBit(cursor);
        if (free >= size) {
            free = taken.nextClearBit(0);
        }
        if (free >= size) {
            throw new IllegalStateException("all " + (size - 2) + " pod addresses are in use");
        }
        taken.set(free);
        cursor = free + 1;
        return format(base + free);
    }

    public synchronized void reserve(String address) {
        int index = parse(address) - base;
        if (index > 0 && index < size) {
            taken.set(index);
        }
    }

    public synchronized void release(@Nullable String address) {
        if (address != null) {
            int index = parse(address) - base;
            if (index > 0 && index < size - 1) {
                taken.clear(index);
            }
        }
    }

    private static int parse(String address) {
        int value = 0;
        for (String part : address.split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static String format(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}
