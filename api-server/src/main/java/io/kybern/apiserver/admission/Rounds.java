package io.kybern.apiserver.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The rounds in which plugins admit one object: all run once more if one of them asks for it because it has changed
 * what others have seen. Used by one thread.
 */
public final class Rounds {
    private final Map<String, Object> memories = new HashMap<>();
    private boolean again;
    private boolean wanted;

    /** Whether this is the second round. */
    public boolean again() {
        return again;
    }

    /** Asks for a second round. */
    public void wantAnother() {
        wanted = true;
    }

    /** Begins the second round if one is wanted; there is no third. */
    boolean next() {
        boolean begins = wanted && !again;
        again = true;
        return begins;
    }

    /** What a plugin has noted in the first round. */
    public <T> T memory(Class<T> type, Supplier<T> fresh) {
        return type.cast(memories.computeIfAbsent(type.getName(), k -> fresh.get()));
    }
}
