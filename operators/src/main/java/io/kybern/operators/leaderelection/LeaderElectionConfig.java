package io.kybern.operators.leaderelection;

import java.time.Duration;

/**
 * How long a leader may be silent. Names and defaults are those of the flags {@code --leader-elect-*}.
 *
 * @param leaseDuration for how long others wait after they have seen the last sign of a leader
 * @param renewDeadline for how long a leader that can't renew goes on; the rest of the lease is its time to stop
 * @param retryPeriod between two renewals; who stands by looks at the lease some times as often
 */
public record LeaderElectionConfig(Duration leaseDuration, Duration renewDeadline, Duration retryPeriod) {
    public static final LeaderElectionConfig DEFAULT =
            new LeaderElectionConfig(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

    /** How often who stands by looks at the lease in a retry period, but for the jitter. */
    static final int LOOKS = 8;

    /** Candidates wait up to so many times their pause longer, so that they don't all ask at once. Source: client-go. */
    static final double JITTER = 1.2;

    /** @throws IllegalArgumentException if two could lead at once */
    public LeaderElectionConfig {
        if (leaseDuration.toSeconds() < 1) {
            throw new IllegalArgumentException("leaseDuration must be a second or more");
        }
        if (leaseDuration.compareTo(renewDeadline) <= 0) {
            throw new IllegalArgumentException("leaseDuration must be greater than renewDeadline");
        }
        if (retryPeriod.isZero()
                || retryPeriod.isNegative()
                || renewDeadline.toNanos() <= retryPeriod.toNanos() * JITTER) {
            throw new IllegalArgumentException("renewDeadline must be greater than retryPeriod*" + JITTER);
        }
    }
}
