package io.kybern.apiserver.service;

import java.util.BitSet;
import java.util.Collection;
import java.util.random.RandomGenerator;

/** Gives node ports. Thread-safe. */
final class NodePorts {
    /** The first ports of a range are given at random only when the rest is full: room for fixed ones (KEP-3668). */
    private static final int STATIC_BAND_MAX = 128;

    private final PortRange range;
    private final TakenPorts taken;
    private final RandomGenerator random;

    NodePorts(PortRange range, TakenPorts taken, RandomGenerator random) {
        this.range = range;
        this.taken = taken;
        this.random = random;
    }

    PortRange range() {
        return range;
    }

    boolean take(int port) {
        return taken.update(ports -> {
            boolean free = !ports.get(port);
            ports.set(port);
            return free;
        });
    }

    void takeAll(Collection<Integer> these) {
        taken.update(ports -> {
            these.forEach(ports::set);
            return these.size();
        });
    }

    /** A free port, taken; -1 when there is none. */
    int takeNext() {
        int band = Math.min(STATIC_BAND_MAX, Math.max(Math.min(16, range.size()), range.size() / 32));
        return taken.update(ports -> {
            int upper = takeFrom(ports, range.first() + band, range.last());
            return upper >= 0
                    ? upper
                    : takeFrom(ports, range.first(), Math.min(range.last(), range.first() + band - 1));
        });
    }

    private int takeFrom(BitSet ports, int first, int last) {
        if (first > last) {
            return -1;
        }
        int port = ports.nextClearBit(first + random.nextInt(last - first + 1));
        if (port > last) {
            port = ports.nextClearBit(first);
        }
        if (port > last) {
            return -1;
        }
        ports.set(port);
        return port;
    }

    void release(int port) {
        taken.update(ports -> {
            ports.clear(port);
            return port;
        });
    }
}
