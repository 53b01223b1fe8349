package io.kybern.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.conformance.process.ServerProcess;
import io.kybern.etcd.Etcd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three etcd and three servers with controllers and schedulers, of which one of each is killed every {@code -Dkill.every} (PT20S),
 * {@code -Drounds} times (3; thirty take ten minutes), while clients write: what was acknowledged is there at every server, watches
 * have no gap, controllers and scheduler go on within the lease of the leader that was lost ({@code -Dkill.lease}, PT6S), and never
 * two lead.
 */
class MembersKillTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final Duration EVERY = Duration.parse(System.getProperty("kill.every", "PT20S"));
    private static final Duration LEASE = Duration.parse(System.getProperty("kill.lease", "PT6S"));
    /** What candidates may look at a Lease later, and controllers take to start, on a machine that has other things to do, too. */
    private static final Duration SLACK = Duration.parse(System.getProperty("kill.slack", "PT20S"));

    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final int WRITERS = 8;
    private static final String CLAIMS = "/api/v1/namespaces/" + Claims.NAMESPACE + "/configmaps";

    @TempDir
    private Path directory;

    private List<Etcd> etcd = List.of();
    private final List<Member> members = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final Leases leases = new Leases();
    private final TreeMap<Long, String> claims = new TreeMap<>();
    private final Set<Long> shown = ConcurrentHashMap.newKeySet();
    private final Workload workload = new Workload(members);
    private final Random random = new Random(SEED);
    private final List<Took> took = new ArrayList<>();
    private Load load;

    /** How long after a kill the Leases of who was killed were taken, controllers and scheduler had done what was asked for. */
    private record Took(boolean ledControllers, boolean ledScheduler, Duration controllers, Duration scheduler) {}

    @AfterEach
    void stop() {
        if (load != null) {
            load.abort();
        }
        followers.forEach(Follower::close);
        members.forEach(Member::close);
        etcd.forEach(Etcd::close);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void nothingThatWasAcknowledgedIsLostAndNeverTwoLead() throws Exception {
        start();
        for (int round = 0; round < ROUNDS; round++) {
            long next = System.nanoTime() + EVERY.toNanos();
            killOneOfEach(round);
            LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
        }
        load.finish();
        members.forEach(load::check);
        for (Follower follower : followers) {
            await("all has been shown", () -> follower.reached() >= load.newest());
            follower.close();
        }
        load.check(shown);
        int changes = leases.check();
        int leaders = leases.checkClaims(claims);
        report(changes, leaders);
        assertThat(load.writes()).isGreaterThan(WRITERS);
        assertThat(claims).hasSizeGreaterThan(ROUNDS);
        assertThat(workload.tooMany()).as("pods that nobody asked for").isZero();
        assertThat(took).allSatisfy(each -> {
            assertThat(each.controllers()).isLessThan(LEASE.plus(SLACK));
            assertThat(each.scheduler()).isLessThan(LEASE.plus(SLACK));
        });
    }

    private void start() throws Exception {
        etcd = Etcd.cluster(directory, 3);
        Files.writeString(directory.resolve("tokens"), ServerProcess.TOKEN + ",bench,bench,system:masters\n");
        for (int i = 0; i < 3; i++) {
            members.add(new Member(directory, i, etcd, LEASE));
            await("member " + i + " is ready", members.get(i)::isReady);
        }
        follow(Leases.COLLECTION, leases::show);
        follow(Workload.PODS, workload::show);
        follow(Load.MAPS, seen -> shown.add(seen.revision()));
        follow(CLAIMS, seen -> {
            if (seen.name().equals(Claims.NAME)
                    && seen.object().path("data").has("by")
                    && !seen.type().equals("DELETED")) {
                claims.put(seen.revision(), seen.object().at("/data/by").asText());
            }
        });
        workload.create();
        workload.grow();
        await("there are leaders", () -> workload.isMade() && workload.isLookedAt() && holds(Claims.NAME));
        load = Load.start(members, WRITERS);
    }

    private void follow(String collection, java.util.function.Consumer<Follower.Seen> sink) {
        long now;
        try (Visitor visitor = new Visitor(members, 0)) {
            now = visitor.ask("GET", collection + "?limit=1", "application/json", "")
                    .revision();
        }
        followers.add(Follower.start(members, collection, now, sink));
    }

    private boolean holds(String lease) {
        return !leases.holder(lease).isEmpty();
    }

    private void killOneOfEach(int round) {
        Member member = victim(round);
        Etcd store = etcd.get(random.nextInt(etcd.size()));
        long killed = System.nanoTime();
        member.kill();
        store.kill();
        workload.grow();
        member.startAgain();
        store.startAgain();
        await("controllers go on", workload::isMade);
        await("the scheduler goes on", workload::isLookedAt);
        took.add(new Took(
                leases.takenAfter(Leases.NAMES.get(0), killed).isPresent(),
                leases.takenAfter(Leases.NAMES.get(1), killed).isPresent(),
                Duration.ofNanos(workload.lastCreated() - killed),
                Duration.ofNanos(workload.lastLookedAt() - killed)));
        await("the killed ones are back", member::isReady);
    }

    /** Every second time one who leads, else any. */
    private Member victim(int round) {
        String leader = leases.holder(Claims.NAME);
        return members.stream()
                .filter(member -> round % 2 == 0 && member.signs(leader))
                .findFirst()
                .orElseGet(() -> members.get(random.nextInt(members.size())));
    }

    private void report(int changes, int leaders) {
        System.out.printf(
                "seed %d: %d rounds; %d writes to %d objects were acknowledged, all are at each server and were shown once%n",
                SEED, ROUNDS, load.writes(), load.objects());
        System.out.printf(
                "Leases changed hands %d times; %d claims of %d leaders; controllers lost a leader %d times, the scheduler %d times%n",
                changes,
                claims.size(),
                leaders,
                took.stream().filter(Took::ledControllers).count(),
                took.stream().filter(Took::ledScheduler).count());
        System.out.printf(
                "after the kill of a leader: controllers %s, scheduler %s; of another one: controllers %s, scheduler %s%n",
                times(took.stream()
                        .filter(Took::ledControllers)
                        .map(Took::controllers)
                        .toList()),
                times(took.stream()
                        .filter(Took::ledScheduler)
                        .map(Took::scheduler)
                        .toList()),
                times(took.stream()
                        .filter(each -> !each.ledControllers())
                        .map(Took::controllers)
                        .toList()),
                times(took.stream()
                        .filter(each -> !each.ledScheduler())
                        .map(Took::scheduler)
                        .toList()));
    }

    private static String times(List<Duration> durations) {
        if (durations.isEmpty()) {
            return "never";
        }
        List<Duration> sorted = durations.stream().sorted().toList();
        return "%d..%d..%d ms"
                .formatted(
                        sorted.getFirst().toMillis(),
                        sorted.get(sorted.size() / 2).toMillis(),
                        sorted.getLast().toMillis());
    }

    private void await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        long late = begin + LEASE.plus(SLACK).toNanos();
        long end = begin + TimeUnit.MINUTES.toNanos(3);
        boolean told = false;
        while (!condition.getAsBoolean()) {
            if (!told && System.nanoTime() > late) {
                told = true;
                System.out.println(what + ", which is late; " + logs());
            }
            assertThat(followers).allSatisfy(each -> assertThat(each.failure()).isNull());
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ", which did not come; " + logs());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** What helps to see why: what was said, who leads, what there is of what was asked for. */
    private String logs() {
        StringBuilder all = new StringBuilder();
        Leases.NAMES.forEach(name -> all.append(name)
                .append(" is held by ")
                .append(leases.holder(name))
                .append('\n'));
        all.append(workload).append('\n');
        for (Member member : members) {
            all.append(member.describe(workload.collections())).append('\n');
        }
        return all.toString();
    }
}
