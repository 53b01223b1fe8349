package io.kybern.operators.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One look at the lock, and what follows from it. Has no state: an attempt that nobody waits for any more changes nothing here.
 *
 * <p>Whether the lease of another one is over is told by the own clock alone: it is when nothing has changed in it for as long
 * as it says. The times in it are for people.
 */
final class Candidate {
    private static final int CONFLICT = 409;

    /** What a lease that is given back lives, as client-go writes it. */
    private static final int RELEASED_SECONDS = 1;

    private final Lock lock;
    private final String identity;
    private final Duration leaseDuration;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * @param clock what is written into the lease
     * @param nanos by which leases end, such as {@link System#nanoTime}
     */
    Candidate(Lock lock, String identity, Duration leaseDuration, InstantSource clock, LongSupplier nanos) {
        this.lock = lock;
        this.identity = identity;
        this.leaseDuration = leaseDuration;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * A lease as it was seen.
     *
     * @param since when it was seen first like this, by {@link #nanos}
     * @param held whether this candidate has it since this look
     */
    record Sight(Lease lease, long since, boolean held) {
        String holder() {
            return Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
        }

        /** When it is over if nobody renews it. */
        long ends() {
            return since + lifetime();
        }

        private long lifetime() {
            Integer seconds = lease.getSpec().getLeaseDurationSeconds();
            return Duration.ofSeconds(seconds == null ? 0 : seconds).toNanos();
        }

        /** Whether nobody has renewed it for half of its time at {@code now}. */
        boolean isHalfOver(long now) {
            return now - since >= lifetime() / 2;
        }
    }

    /** Takes the lease if it is free, over or held already. */
    Sight attempt(@Nullable Sight before) {
        Optional<Sight> renewed = before != null && before.held() ? take(before.lease()) : Optional.empty();
        if (renewed.isPresent()) {
            return renewed.get();
        }
        Optional<Lease> stored = lock.get();
        if (stored.isEmpty()) {
            return mine(lock.create(taken(Optional.empty())));
        }
        Lease lease = stored.get();
        if (lease.getSpec() == null) {
            lease.setSpec(new LeaseSpec());
        }
        Sight seen = before != null && before.lease().getSpec().equals(lease.getSpec())
                ? new Sight(lease, before.since(), false)
                : new Sight(lease, nanos.getAsLong(), false);
        boolean own = seen.holder().equals(identity);
        if (!own && !seen.holder().isEmpty() && nanos.getAsLong() - seen.ends() < 0) {
            return seen;
        }
        return take(lease).orElse(seen);
    }

    /** Empty if {@code lease} is not as it is stored: somebody was faster, or an answer was lost. */
    private Optional<Sight> take(Lease lease) {
        try {
            return Optional.of(mine(lock.update(
                    new LeaseBuilder(lease).withSpec(taken(Optional.of(lease))).build())));
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Sight mine(Lease lease) {
        return new Sight(lease, nanos.getAsLong(), true);
    }

    private LeaseSpec taken(Optional<Lease> before) {
        LeaseSpec old = before.map(Lease::getSpec).orElseGet(LeaseSpec::new);
        boolean own = identity.equals(old.getHolderIdentity());
        ZonedDateTime now = now();
        int transitions = Objects.requireNonNullElse(old.getLeaseTransitions(), 0);
        return new LeaseSpecBuilder(old)
                .withHolderIdentity(identity)
                .withLeaseDurationSeconds(Math.toIntExact(leaseDuration.toSeconds()))
                .withAcquireTime(own && old.getAcquireTime() != null ? old.getAcquireTime() : now)
                .withRenewTime(now)
                .withLeaseTransitions(before.isEmpty() || own ? transitions : transitions + 1)
                .build();
    }

    /**
     * Lets another one have it at once.
     *
     * @param held the lease as this has it
     */
    void release(Sight held) {
        try {
            lock.update(free(held.lease()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
            // The answer to a renewal was lost.
            lock.get()
                    .filter(lease -> identity.equals(lease.getSpec().getHolderIdentity()))
                    .ifPresent(lease -> lock.update(free(lease)));
        }
    }

    private Lease free(Lease lease) {
        return new LeaseBuilder(lease)
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(RELEASED_SECONDS)
                .withAcquireTime(now())
                .withRenewTime(now())
                .endSpec()
                .build();
    }

    private ZonedDateTime now() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return now.atZone(ZoneOffset.UTC);
    }
}
