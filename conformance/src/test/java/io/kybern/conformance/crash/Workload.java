package io.kybern.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.conformance.crash.Follower.Seen;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A Deployment that is to have one more pod each time: its controllers have to make it, and the scheduler to look at it, which it
 * says in a condition as there are no nodes. Two controllers that act at once would make two.
 */
final class Workload {
    static final String PODS = "/api/v1/namespaces/default/pods";

    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

    private final Visitor visitor;
    /** When pods came, by the revision. */
    private final Map<Long, Long> created = new ConcurrentSkipListMap<>();
    /** When the scheduler had looked at a pod, by its name. */
    private final Map<String, Long> looked = new ConcurrentHashMap<>();

    private final Set<String> deleted = ConcurrentHashMap.newKeySet();
    private int replicas;

    Workload(List<Member> members) {
        this.visitor = new Visitor(members, 0);
    }

    void create() {
        visitor.ask("POST", DEPLOYMENTS, "application/json", """
                {"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{
                "metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
    }

    /** Asks for one more pod. */
    void grow() {
        replicas++;
        String body = "{\"spec\":{\"replicas\":" + replicas + "}}";
        assertThat(visitor.ask("PATCH", DEPLOYMENTS + "/d", "application/merge-patch+json", body)
                        .code())
                .isEqualTo(200);
    }

    int replicas() {
        return replicas;
    }

    void show(Seen seen) {
        switch (seen.type()) {
            case "ADDED" -> created.put(seen.revision(), seen.nanos());
            case "DELETED" -> deleted.add(seen.name());
            default -> {}
        }
        for (JsonNode condition : seen.object().at("/status/conditions")) {
            if (condition.path("type").asText().equals("PodScheduled")) {
                looked.putIfAbsent(seen.name(), seen.nanos());
            }
        }
    }

    /** Whether there are as many pods as were asked for. */
    boolean isMade() {
        return created.size() - deleted.size() == replicas;
    }

    /** Whether the scheduler has looked at all of them. */
    boolean isLookedAt() {
        return looked.size() >= replicas;
    }

    /** When the last pod came, of {@link System#nanoTime}. */
    long lastCreated() {
        return created.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    long lastLookedAt() {
        return looked.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** How many pods were made that nobody has asked for. */
    int tooMany() {
        return created.size() - replicas;
    }

    /** Where what is made can be seen. */
    List<String> collections() {
        return List.of(DEPLOYMENTS, "/apis/apps/v1/namespaces/default/replicasets", PODS);
    }

    @Override
    public String toString() {
        return replicas + " pods are wanted, " + created.size() + " were made, " + looked.size() + " were looked at, "
                + deleted.size() + " deleted";
    }
}
