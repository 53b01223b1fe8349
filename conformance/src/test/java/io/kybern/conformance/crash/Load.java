package io.kybern.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.conformance.crash.Visitor.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients that create objects and change them a few times, each its own, with a value that is one larger each time. */
final class Load {
    static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private static final int CHANGES = 4;

    private final List<Thread> threads = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    /** The value that was acknowledged last, by name. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    /** All revisions that were acknowledged. */
    private final Queue<Long> revisions = new ConcurrentLinkedQueue<>();

    private volatile boolean over;

    private Load() {}

    static Load start(List<Member> members, int clients) {
        Load load = new Load();
        for (int i = 0; i < clients; i++) {
            int number = i;
            Visitor visitor = new Visitor(members, number % members.size());
            load.visitors.add(visitor);
            load.threads.add(Thread.ofVirtual().name("writer-" + i).start(() -> load.write(number, visitor)));
        }
        return load;
    }

    private void write(int writer, Visitor visitor) {
        try (visitor) {
            writeUntilOver(writer, visitor);
        } catch (IllegalStateException e) {
            if (!over) {
                throw e;
            }
        }
    }

    private void writeUntilOver(int writer, Visitor visitor) {
        for (int i = 0; !over; i++) {
            String name = "map-" + writer + "-" + i;
            create(name, visitor);
            for (int value = 1; value < CHANGES && !over; value++) {
                String target = MAPS + "/" + name;
                Answer answer = visitor.ask("PATCH", target, "application/merge-patch+json", "{" + data(value) + "}");
                acknowledge(name, value, answer);
            }
        }
    }

    /** That it is there already is an answer to an attempt before, which nobody acknowledged. */
    private void create(String name, Visitor visitor) {
        String body = "{\"metadata\":{\"name\":\"" + name + "\"}," + data(0) + "}";
        Answer answer = visitor.ask("POST", MAPS, "application/json", body);
        if (answer.code() == 409) {
            acknowledged.put(name, 0);
        } else {
            acknowledge(name, 0, answer);
        }
    }

    private static String data(int value) {
        return "\"data\":{\"value\":\"" + value + "\"}";
    }

    private void acknowledge(String name, int value, Answer answer) {
        if (answer.code() >= 300) {
            throw new AssertionError(name + " is answered " + answer);
        }
        acknowledged.put(name, value);
        revisions.add(answer.revision());
    }

    /** Ends when each client has the answer that it waits for. */
    void finish() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Gives up what waits. */
    void abort() {
        over = true;
        visitors.forEach(Visitor::close);
    }

    int writes() {
        return revisions.size();
    }

    /** The number of objects. */
    int objects() {
        return acknowledged.size();
    }

    long newest() {
        return revisions.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Whether a server has all that was acknowledged, and nothing else. */
    void check(Member member) {
        Map<String, Integer> found = new HashMap<>();
        try (Visitor visitor = new Visitor(List.of(member), 0)) {
            String next = "";
            do {
                Answer page = visitor.ask("GET", MAPS + "?limit=5000&continue=" + next, "application/json", "");
                assertThat(page.code()).isEqualTo(200);
                page.body().path("items").forEach(item -> {
                    String name = item.at("/metadata/name").asText();
                    if (name.startsWith("map-")) {
                        found.put(name, item.at("/data/value").asInt());
                    }
                });
                next = page.body().at("/metadata/continue").asText();
            } while (!next.isEmpty());
        }
        assertThat(found).as("what %s has", member.log().getFileName()).isEqualTo(acknowledged);
    }

    /** Whether a watch has shown each acknowledged write. */
    void check(java.util.Set<Long> shown) {
        assertThat(shown).as("revisions that a watch has shown").containsAll(revisions);
    }
}
