package io.kybern.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.conformance.crash.Follower.Seen;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The history of Leases, from which follows that there were no two leaders at once: a Lease that was not given back changes hands
 * only when its whole duration has passed since it was renewed last, by the one clock of this machine; and what was claimed by who
 * believed to lead was claimed while the Lease was his.
 */
final class Leases {
    static final String COLLECTION = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    static final List<String> NAMES = List.of("kube-controller-manager", "kube-scheduler", Claims.NAME);

    private final Map<String, NavigableMap<Long, Sight>> byName = new HashMap<>();

    /** A Lease as of a revision, and when it was seen. */
    private record Sight(long nanos, JsonNode spec) {
        String holder() {
            return spec.path("holderIdentity").asText();
        }

        OffsetDateTime renewed() {
            return OffsetDateTime.parse(spec.path("renewTime").asText());
        }

        Duration lifetime() {
            return Duration.ofSeconds(spec.path("leaseDurationSeconds").asLong());
        }
    }

    Leases() {
        NAMES.forEach(name -> byName.put(name, new ConcurrentSkipListMap<>()));
    }

    void show(Seen seen) {
        NavigableMap<Long, Sight> history = byName.get(seen.name());
        if (history != null) {
            if (seen.type().equals("DELETED")) {
                throw new AssertionError("a Lease is deleted: " + seen.name());
            }
            history.put(seen.revision(), new Sight(seen.nanos(), seen.object().path("spec")));
        }
    }

    /** Who holds a Lease now; empty: nobody. */
    String holder(String name) {
        var last = history(name).lastEntry();
        return last == null ? "" : last.getValue().holder();
    }

    private NavigableMap<Long, Sight> history(String name) {
        return Objects.requireNonNull(byName.get(name));
    }

    /** How long after a moment a Lease was taken by another one than had it then; empty: it has the same holder still. */
    java.util.Optional<Duration> takenAfter(String name, long nanos) {
        String before = "";
        for (Sight sight : history(name).values()) {
            if (sight.nanos() <= nanos) {
                before = sight.holder();
            } else if (!sight.holder().equals(before) && !sight.holder().isEmpty()) {
                return java.util.Optional.of(Duration.ofNanos(sight.nanos() - nanos));
            }
        }
        return java.util.Optional.empty();
    }

    /** Checks the history of each; returns how often they changed hands. */
    int check() {
        int changes = 0;
        for (String name : NAMES) {
            List<Sight> all = new ArrayList<>(history(name).values());
            for (int i = 1; i < all.size(); i++) {
                Sight before = all.get(i - 1);
                Sight after = all.get(i);
                if (before.holder().equals(after.holder()) || after.holder().isEmpty()) {
                    continue;
                }
                changes++;
                if (!before.holder().isEmpty()) {
                    assertThat(Duration.between(before.renewed(), after.renewed()))
                            .as("%s goes from %s to %s", name, before.spec(), after.spec())
                            .isGreaterThanOrEqualTo(before.lifetime());
                }
                assertThat(after.spec().path("leaseTransitions").asInt())
                        .as("transitions of %s", name)
                        .isEqualTo(before.spec().path("leaseTransitions").asInt() + 1);
            }
        }
        return changes;
    }

    /**
     * Checks that each claim was made while its maker held the Lease, from the first time on that the Lease was seen.
     *
     * @param claims who claimed, by revision
     * @return how many have claimed
     */
    int checkClaims(TreeMap<Long, String> claims) {
        NavigableMap<Long, Sight> history = history(Claims.NAME);
        claims.tailMap(history.firstKey())
                .forEach((revision, by) -> assertThat(
                                history.floorEntry(revision).getValue().holder())
                        .as("holder of the Lease when %s claims at revision %s", by, revision)
                        .isEqualTo(by));
        return (int) claims.values().stream().distinct().count();
    }
}
