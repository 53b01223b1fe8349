package io.kybern.apiserver.bootstrap;

import io.kybern.apiserver.storage.memory.MemoryStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the first objects of a server have led to, for those after it in the same process: servers in memory that would write the
 * same begin with it. Safe for all threads.
 */
public final class FrozenStart {
    /** As many as tests of different settings in one process; each holds some hundred kilobytes. */
    private static final int MOST = 8;

    private static final Map<Key, MemoryStore.Frozen> KNOWN = new LinkedHashMap<>();

    private FrozenStart() {}

    /** What makes one start's first objects other than another's, but for their times. */
    public record Key(String serviceRange, String clientCa, String requestHeaderCa) {}

    /** The state to begin with, if it is known. */
    public static Optional<MemoryStore.Frozen> of(Key key) {
        synchronized (KNOWN) {
            return Optional.ofNullable(KNOWN.get(key));
        }
    }

    /** Keeps what a store holds, which is to be the first objects alone. */
    public static void keep(Key key, MemoryStore store) {
        MemoryStore.Frozen frozen = store.freeze();
        synchronized (KNOWN) {
            if (KNOWN.size() == MOST) {
                KNOWN.remove(KNOWN.keySet().iterator().next());
            }
            KNOWN.put(key, frozen);
        }
    }
}
