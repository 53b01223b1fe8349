package io.kybern.operators.controller;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a controller has done and its cache does not show yet. As long as something is expected, counting the cached
 * objects would count wrong, and the controller would create or delete too many.
 *
 * <pre>
 * expectCreations(3)      → 3 awaited
 * creationObserved() × 3  → satisfied
 * </pre>
 *
 * An expectation that is not met within five minutes is given up (client-go's number): something was missed.
 */
public final class Expectations {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final class Awaited {
        int creations;
        final Set<String> deletions = new HashSet<>();
        final Instant since;

        Awaited(Instant since) {
            this.since = since;
        }
    }

    private final InstantSource clock;

    @GuardedBy("this") private final Map<ResourceID, Awaited> awaited = new HashMap<>();

    public Expectations(InstantSource clock) {
        this.clock = clock;
    }

    /** Before the first creation, as its event may be faster than the answer. */
    public void expectCreations(ResourceID owner, int count) {
        expect(owner, count, Set.of());
    }

    /** @param uids of the objects that are about to be deleted */
    public void expectDeletions(ResourceID owner, Collection<String> uids) {
        expect(owner, 0, uids);
    }

    /** Both at once; what was expected before is forgotten. */
    public synchronized void expect(ResourceID owner, int creations, Collection<String> deletions) {
        var expected = new Awaited(clock.instant());
        expected.creations = creations;
        expected.deletions.addAll(deletions);
        awaited.put(owner, expected);
    }

    /** One was created, or will not be. */
    public synchronized void creationObserved(ResourceID owner) {
        Awaited expected = awaited.get(owner);
        if (expected != null && expected.creations > 0) {
            expected.creations--;
        }
    }

    /** It is gone or on its way, or could not be deleted. */
    public synchronized void deletionObserved(ResourceID owner, String uid) {
        Awaited expected = awaited.get(owner);
        if (expected != null) {
            expected.deletions.remove(uid);
        }
    }

    public synchronized boolean satisfied(ResourceID owner) {
        Awaited expected = awaited.get(owner);
        return expected == null
                || (expected.creations == 0 && expected.deletions.isEmpty())
                || Duration.between(expected.since, clock.instant()).compareTo(TIMEOUT) > 0;
    }

    public synchronized void forget(ResourceID owner) {
        awaited.remove(owner);
    }
}
