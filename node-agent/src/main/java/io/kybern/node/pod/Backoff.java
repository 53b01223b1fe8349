package io.kybern.node.pod;

import java.time.Duration;
import java.time.Instant;

/**
 * How long to wait between tries: nothing at first, then {@link #INITIAL}, doubling to {@link #MAXIMUM}.
 *
 * @param delay that the next try has to keep from the last failure
 */
public record Backoff(Duration delay) {
    /** Upstream's {@code backOffPeriod}. */
    public static final Duration INITIAL = Duration.ofSeconds(10);
    /** Upstream's {@code MaxCrashLoopBackOff} and {@code imageBackOffPeriod}'s cap. */
    public static final Duration MAXIMUM = Duration.ofMinutes(5);
    /** A container that ran longer than this starts anew: twice the maximum, as upstream forgets idle entries. */
    static final Duration FORGIVEN = MAXIMUM.multipliedBy(2);

    public static final Backoff NONE = new Backoff(Duration.ZERO);

    public Backoff next() {
        if (delay.isZero()) {
            return new Backoff(INITIAL);
        }
        Duration doubled = delay.multipliedBy(2);
        return new Backoff(doubled.compareTo(MAXIMUM) > 0 ? MAXIMUM : doubled);
    }

    /** What is left to wait at {@code now} after a failure; zero or negative when the wait is over. */
    public Duration remaining(Instant failure, Instant now) {
        return Duration.between(now, failure.plus(delay));
    }
}
