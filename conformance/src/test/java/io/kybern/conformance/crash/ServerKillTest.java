package io.kybern.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.conformance.crash.Writers.Acknowledged;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.KybernProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a server while many clients write and starts it again on its data, as often as {@code -Drounds} says: whatever was
 * acknowledged is there, no revision goes back, and who watched goes on where he was.
 */
class ServerKillTest {
    static final String COLLECTION = "/api/v1/namespaces/default/configmaps";

    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int CLIENTS = 64;
    /** So many writes are answered before the kill: enough that all clients are under way. */
    private static final int WRITES = 1_500;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final Map<String, Acknowledged> acknowledged = new HashMap<>();
    private long highest;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void keepsWhatItHasAcknowledged() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            Watcher watcher = writeUntilKilled(round);
            try (KybernProcess server = KybernProcess.start(directory)) {
                JsonNode list = get(server, COLLECTION);
                long revision = revision(list);
                assertThat(revision).as("revision after round %s", round).isGreaterThanOrEqualTo(highest);
                highest = revision;
                checkObjects(list, round);
                watcher.resume(server.port());
                assertThat(watcher.revisions())
                        .as("what a watcher has seen in round %s, before the kill and after", round)
                        .isEqualTo(ofRound(list, round));
            }
        }
    }

    /** Returns who has watched since before the first write. */
    private Watcher writeUntilKilled(int round) throws IOException, InterruptedException {
        try (KybernProcess server = KybernProcess.start(directory)) {
            Watcher watcher = new Watcher(revision(get(server, COLLECTION)));
            watcher.start(server.port());
            Writers writers = Writers.start(server.port(), CLIENTS, round, WRITES);
            assertThat(writers.enough().await(120, TimeUnit.SECONDS))
                    .as("the clients get along")
                    .isTrue();
            server.kill();
            writers.acknowledged().forEach((name, write) -> {
                acknowledged.put(name, write);
                highest = Math.max(highest, write.revision());
            });
            return watcher;
        }
    }

    private static Map<String, Long> ofRound(JsonNode list, int round) {
        Map<String, Long> revisions = new TreeMap<>();
        objects(list).forEach((name, state) -> {
            if (name.startsWith(Writers.prefix(round))) {
                revisions.put(name, state.revision());
            }
        });
        return revisions;
    }

    private void checkObjects(JsonNode list, int round) {
        Map<String, Acknowledged> found = objects(list);
        acknowledged.forEach((name, write) -> {
            Acknowledged stored = found.get(name);
            assertThat(stored)
                    .as("%s, acknowledged before the kill of round %s", name, round)
                    .isNotNull();
            // a write that was under way may have come after the one that was answered
            assertThat(stored.revision()).as("revision of %s", name).isGreaterThanOrEqualTo(write.revision());
            if (stored.revision() == write.revision()) {
                assertThat(stored.value()).as("content of %s", name).isEqualTo(write.value());
            }
        });
    }

    private static Map<String, Acknowledged> objects(JsonNode list) {
        Map<String, Acknowledged> objects = new HashMap<>();
        for (JsonNode item : list.path("items")) {
            objects.put(item.at("/metadata/name").asText(), state(item));
        }
        return objects;
    }

    private static Acknowledged state(JsonNode object) {
        return new Acknowledged(revision(object), object.at("/data/value").asText());
    }

    private static long revision(JsonNode object) {
        return object.at("/metadata/resourceVersion").asLong();
    }

    private static JsonNode get(KybernProcess server, String target) throws IOException {
        return JSON.readTree(body(server, target));
    }

    private static String body(KybernProcess server, String target) throws IOException {
        try (HttpConnection connection = HttpConnection.open(server.port())) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            int status = connection.exchange(HttpConnection.request("GET", target, ""), body::write);
            assertThat(status).as(target).isEqualTo(200);
            return body.toString(StandardCharsets.UTF_8);
        }
    }
}
