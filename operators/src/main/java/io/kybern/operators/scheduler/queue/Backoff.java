package io.kybern.operators.scheduler.queue;

import java.time.Duration;

/**
 * How long a pod waits before it is tried again: doubling with each failure, up to a limit.
 *
 * @param initial after the first failure
 * @param max zero switches waiting off
 */
public record Backoff(Duration initial, Duration max) {
    /** kube-scheduler's defaults. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    public Backoff {
        if (initial.isNegative() || max.isNegative()) {
            throw new IllegalArgumentException("negative backoff");
        }
    }

    /** @param failures how many so far */
    public Duration after(int failures) {
        if (failures == 0 || max.isZero()) {
            return Duration.ZERO;
        }
        int doublings = Math.min(failures - 1, 32);
        Duration wait = initial.multipliedBy(1L << doublings);
        return wait.compareTo(max) > 0 ? max : wait;
    }
}
