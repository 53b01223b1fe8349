package io.kybern.conformance.robustness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One run, as it follows from its seed.
 *
 * @param store of the server, or of all servers
 * @param servers that there are; one if the store is its own
 * @param history how much of the past the server keeps
 * @param faults that befall it, in any order and number
 */
record Plan(
        long seed,
        Store store,
        int servers,
        Duration length,
        int clients,
        int keys,
        int wanderers,
        Duration history,
        Set<Fault> faults) {
    private static final Duration LONG_HISTORY = Duration.ofMinutes(5);

    /** Who goes on with a watch after a death, or over a jump of the clock, needs a past that has not ended meanwhile. */
    private static final Set<Fault> NEED_THE_PAST = EnumSet.of(Fault.KILL, Fault.FULL, Fault.CLOCK);

    /** Where a server keeps its objects. */
    enum Store {
        /** In files of its own. */
        EMBEDDED,
        /** In an etcd of several members, which other servers use, too. */
        ETCD
    }

    Plan {
        faults = Collections.unmodifiableSet(EnumSet.copyOf(faults));
    }

    /** Of one server. */
    Plan(long seed, Duration length, int clients, int keys, int wanderers, Duration history, Set<Fault> faults) {
        this(seed, Store.EMBEDDED, 1, length, clients, keys, wanderers, history, faults);
    }

    /** @param possible on this machine with this store; not empty */
    static Plan of(long seed, Store store, Duration length, Set<Fault> possible) {
        Random random = new Random(seed);
        List<Fault> all = new ArrayList<>(EnumSet.copyOf(possible));
        Collections.shuffle(all, random);
        EnumSet<Fault> faults = EnumSet.copyOf(all.subList(0, 1 + random.nextInt(Math.min(3, all.size()))));
        boolean brief = random.nextInt(3) == 0 && Collections.disjoint(faults, NEED_THE_PAST);
        return new Plan(
                seed,
                store,
                store == Store.ETCD ? 2 + (int) (seed & 1) : 1,
                length,
                4 + random.nextInt(9),
                2 + random.nextInt(5),
                1 + random.nextInt(3),
                brief && store == Store.EMBEDDED ? Duration.ofSeconds(3) : LONG_HISTORY,
                faults);
    }

    /** Whether requests may be answered with an error of the store. */
    boolean troublesStore() {
        return faults.stream().anyMatch(Fault::isOfStore);
    }
}
