package io.kybern.operators.controller.daemonset;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets daemons that fail over and over be replaced ever more seldom: at once, after a second, two, four … 15 minutes. A kubelet
 * that refuses a pod would else be sent a new one in a circle. Source: {@code pkg/controller/daemon}, {@code failedPodsBackoff}.
 */
final class FailedPods {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private record Entry(Duration pause, Instant since) {
        boolean isForgotten(Instant now) {
            return Duration.between(since, now).compareTo(LONGEST.multipliedBy(2)) > 0;
        }
    }

    private record Key(String uid, long generation, String node) {}

    private final InstantSource clock;

    @GuardedBy("this") private final Map<Key, Entry> entries = new HashMap<>();

    FailedPods(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * How long a failed pod must stay; empty: it may be deleted, which counts.
     *
     * @param uid of the DaemonSet
     * @param generation of it, as a change may be the cure
     */
    synchronized Optional<Duration> hold(String uid, long generation, String node) {
        Instant now = clock.instant();
        entries.values().removeIf(entry -> entry.isForgotten(now));
        var key = new Key(uid, generation, node);
        Entry entry = entries.get(key);
        if (entry != null && Duration.between(entry.since(), now).compareTo(entry.pause()) < 0) {
            return Optional.of(entry.pause());
        }
        Duration doubled = entry == null ? FIRST : entry.pause().multipliedBy(2);
        entries.put(key, new Entry(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST, now));
        return Optional.empty();
    }
}
