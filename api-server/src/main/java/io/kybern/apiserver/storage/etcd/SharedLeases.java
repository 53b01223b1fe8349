package io.kybern.apiserver.storage.etcd;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * One lease for all keys that are to go at about the same time: a lease costs etcd more than a key. It lives a bit longer than
 * was asked for and is given out as long as what is left of it suffices. Source: {@code storage/etcd3/lease_manager.go}.
 */
final class SharedLeases {
    private static final long LONGEST_REUSE_SECONDS = 60;
    private static final int REUSE_PERCENT = 5;
    /** As many keys as etcd should have to remove at once. */
    private static final int MOST_KEYS = 1_000;

    private record Given(long id, Instant expires, int keys) {}

    private final LongUnaryOperator grant;
    private final InstantSource clock;

    @GuardedBy("this") private final Map<Long, Given> bySeconds = new HashMap<>();

    /** @param grant makes of seconds the id of a new lease; blocks */
    SharedLeases(LongUnaryOperator grant, InstantSource clock) {
        this.grant = grant;
        this.clock = clock;
    }

    /** A lease that ends so many seconds from now, or a little later. */
    synchronized long of(long seconds) {
        Instant now = clock.instant();
        Given known = bySeconds.get(seconds);
        if (known == null || known.keys() >= MOST_KEYS || known.expires().isBefore(now.plusSeconds(seconds))) {
            long lifetime = seconds + Math.min(LONGEST_REUSE_SECONDS, seconds * REUSE_PERCENT / 100);
            known = new Given(grant.applyAsLong(lifetime), now.plus(Duration.ofSeconds(lifetime)), 0);
        }
        bySeconds.put(seconds, new Given(known.id(), known.expires(), known.keys() + 1));
        return known.id();
    }
}
