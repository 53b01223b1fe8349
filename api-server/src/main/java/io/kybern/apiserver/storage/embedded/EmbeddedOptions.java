package io.kybern.apiserver.storage.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How an embedded store runs.
 *
 * @param history how long past states can be read and watched from, at least; at most it is twice that
 * @param historyBytes what the log may hold beside what lives; when it is more, the oldest history is forgotten before its time
 * @param clock decides when leases end and when history is forgotten
 */
public record EmbeddedOptions(Path directory, Duration history, long historyBytes, InstantSource clock) {
    /** The interval at which kube-apiserver compacts etcd. */
    public static final Duration DEFAULT_HISTORY = Duration.ofMinutes(5);

    /** The size at which etcd takes no more writes, if nobody tells it another. */
    public static final long DEFAULT_HISTORY_BYTES = 2L << 30;

    public EmbeddedOptions(Path directory, Duration history, InstantSource clock) {
        this(directory, history, DEFAULT_HISTORY_BYTES, clock);
    }

    public EmbeddedOptions {
        if (history.isNegative() || history.isZero()) {
            throw new IllegalArgumentException("history must be positive: " + history);
        }
    }

    public static EmbeddedOptions of(Path directory) {
        return new EmbeddedOptions(directory, DEFAULT_HISTORY, InstantSource.system());
    }
}
