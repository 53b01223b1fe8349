package io.kybern.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.conformance.process.ServerProcess;
import io.kybern.etcd.Etcd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three etcd and three servers with controllers, of which one of each is killed every {@code -Dkill.every} (20 s) for
 * {@code -Dkill.length} (40 s; ten minutes tell more) while clients write: what was acknowledged is there at every server, and
 * controllers go on within the lease of their leader.
 */
class MembersKillTest {
    private static final Duration LENGTH = Duration.parse(System.getProperty("kill.length", "PT40S"));
    private static final Duration EVERY = Duration.parse(System.getProperty("kill.every", "PT20S"));
    /** For a machine that has other things to do, too. */
    private static final Duration SLACK = Duration.parse(System.getProperty("kill.slack", "PT30S"));

    private static final int WRITERS = 8;
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String JSON_TYPE = "application/json";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private List<Etcd> etcd = List.of();
    private final List<Member> members = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    @AfterEach
    void stop() {
        over = true;
        members.forEach(Member::close);
        etcd.forEach(Etcd::close);
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void nothingThatWasAcknowledgedIsLost() throws Exception {
        etcd = Etcd.cluster(directory, 3);
        Files.writeString(directory.resolve("tokens"), ServerProcess.TOKEN + ",bench,bench,system:masters\n");
        for (int i = 0; i < 3; i++) {
            members.add(new Member(directory, i, etcd));
            await("member " + i + " is ready", members.get(i)::isReady);
        }
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            writers.add(Thread.ofVirtual().start(() -> write(writer)));
        }
        Controlled controlled = new Controlled();
        Thread controls = Thread.ofVirtual().start(controlled);
        long end = System.nanoTime() + LENGTH.toNanos();
        for (int round = 0; System.nanoTime() < end; round++) {
            long next = System.nanoTime() + EVERY.toNanos();
            Etcd store = etcd.get(round % etcd.size());
            Member member = members.get((round + 1) % members.size());
            store.kill();
            member.kill();
            store.startAgain();
            member.startAgain();
            await("the killed ones are back", member::isReady);
            LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
        }
        over = true;
        for (Thread writer : writers) {
            writer.join();
        }
        controls.join();
        for (Member member : members) {
            assertThat(names(member)).containsAll(acknowledged);
        }
        System.out.println(acknowledged.size() + " writes were acknowledged; controllers took "
                + controlled.longest.toMillis() + " ms at most, " + controlled.rounds + " times");
        assertThat(acknowledged.size()).isGreaterThan(WRITERS);
        assertThat(controlled.rounds).isPositive();
        assertThat(controlled.longest)
                .isLessThan(MemberMain.ELECTION.leaseDuration().plus(SLACK));
    }

    /** Creates one object after the other, at any server that answers. */
    private void write(int writer) {
        for (int i = 0; !over; i++) {
            String name = "map-" + writer + "-" + i;
            if (created(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"k\":\"v\"}}", writer)) {
                acknowledged.add(name);
            }
        }
    }

    /** Whether it was created: an answer that it is there already is one to the first attempt. */
    private boolean created(String target, String body, int first) {
        for (int attempt = first; !over; attempt++) {
            try {
                int code = members.get(attempt % members.size())
                        .send("POST", target, JSON_TYPE, body)
                        .code();
                if (code == 201 || code == 409) {
                    return true;
                }
            } catch (IOException e) {
                // that one is gone: the next
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return false;
    }

    /** Changes a Deployment again and again, and measures how long its controller takes to notice. */
    private final class Controlled implements Runnable {
        private volatile Duration longest = Duration.ZERO;
        private volatile int rounds;

        @Override
        public void run() {
            created(DEPLOYMENTS, """
                    {"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{
                    "metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", 0);
            while (!over) {
                long generation = generation(change());
                long since = System.nanoTime();
                while (generation > 0 && !over && observed() < generation) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                if (generation > 0 && !over) {
                    Duration took = Duration.ofNanos(System.nanoTime() - since);
                    longest = took.compareTo(longest) > 0 ? took : longest;
                    rounds++;
                }
            }
        }

        private String change() {
            return ask("PATCH", "{\"spec\":{\"minReadySeconds\":" + (System.nanoTime() % 1_000_000 + 1) + "}}");
        }

        private long observed() {
            return number(ask("GET", ""), "/status/observedGeneration");
        }

        private long generation(String deployment) {
            return number(deployment, "/metadata/generation");
        }

        private String ask(String method, String body) {
            for (Member member : members) {
                try {
                    Member.Answer answer =
                            member.send(method, DEPLOYMENTS + "/d", "application/merge-patch+json", body);
                    if (answer.code() == 200) {
                        return answer.body();
                    }
                } catch (IOException e) {
                    // the next one
                }
            }
            return "{}";
        }

        private long number(String object, String pointer) {
            try {
                return JSON.readTree(object).at(pointer).asLong();
            } catch (IOException e) {
                throw new AssertionError(object, e);
            }
        }
    }

    private static Set<String> names(Member member) throws IOException {
        JsonNode list = JSON.readTree(member.send("GET", MAPS, JSON_TYPE, "").body());
        Set<String> names = ConcurrentHashMap.newKeySet();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
