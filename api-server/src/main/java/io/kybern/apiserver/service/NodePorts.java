package io.kybern.apiserver.service;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/** Which node ports are taken. Thread-safe. */
final class NodePorts {
    /** The first ports of a range are given at random only when the rest is full: room for fixed ones (KEP-3668). */
    private static final int STATIC_BAND_MAX = 128;

    private final PortRange range;
    private final RandomGenerator random;
    private final BitSet taken = new BitSet();

    NodePorts(PortRange range, RandomGenerator random) {
        this.range = range;
        this.random = random;
    }

    PortRange range() {
        return range;
    }

    synchronized boolean take(int port) {
        if (taken.get(port)) {
            return false;
        }
        taken.set(port);
        return true;
    }

    /** A free port, taken; -1 when there is none. */
    synchronized int takeNext() {
        int band = Math.min(STATIC_BAND_MAX, Math.max(Math.min(16, range.size()), range.size() / 32));
        int upper = takeFrom(range.first() + band, range.last());
        return upper >= 0 ? upper : takeFrom(range.first(), Math.min(range.last(), range.first() + band - 1));
    }

    private int takeFrom(int first, int last) {
        if (first > last) {
            return -1;
        }
        int port = taken.nextClearBit(first + random.nextInt(last - first + 1));
        if (port > last) {
            port = taken.nextClearBit(first);
        }
        if (port > last) {
            return -1;
        }
        taken.set(port);
        return port;
    }

    synchronized void release(int port) {
        taken.clear(port);
    }
}
