package io.kybern.operators.controller;

import java.time.Duration;
import java.util.Optional;

/** When to look at an object again, if nothing happens before. */
public record Requeue(Optional<Duration> after) {
    private static final Requeue NONE = new Requeue(Optional.empty());

    public static Requeue none() {
        return NONE;
    }

    /** Not before a millisecond has passed, even for a time that is over. */
    public static Requeue after(Duration delay) {
        return new Requeue(Optional.of(delay.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : delay));
    }

    /** The earlier of both. */
    public Requeue or(Requeue other) {
        if (after.isEmpty()) {
            return other;
        }
        return other.after
                .filter(delay -> delay.compareTo(after.get()) < 0)
                .map(delay -> other)
                .orElse(this);
    }
}
