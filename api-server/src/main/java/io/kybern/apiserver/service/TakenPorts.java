package io.kybern.apiserver.service;

import java.util.BitSet;
import java.util.function.Function;

/** Which node ports are taken, for all servers of a cluster. Thread-safe. */
public interface TakenPorts {
    /**
     * Looks at the set and changes it, as one step.
     *
     * @param change may be called more than once, each time with another copy; the answer is that of the last call
     */
    <T> T update(Function<BitSet, T> change);

    /** In this process. */
    static TakenPorts inMemory() {
        BitSet taken = new BitSet();
        return new TakenPorts() {
            @Override
            public synchronized <T> T update(Function<BitSet, T> change) {
                return change.apply(taken);
            }
        };
    }
}
