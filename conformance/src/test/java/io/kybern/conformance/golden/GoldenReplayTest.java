package io.kybern.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.ApiServer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays every recorded topic, each against a server of its own, a few at a time. A step may be answered otherwise than by a
 * real server only if {@code known-differences.txt} names it; one that is answered alike should leave that file, and with
 * {@code -Dgolden.strict=true} must.
 *
 * <p>{@code -Dgolden.topics=patch-*,crd-life} picks topics; {@code -Dgolden.rewrite=true} writes the file anew for those that ran.
 */
class GoldenReplayTest {
    private static final Recordings RECORDINGS = new Recordings(Path.of("../api-server/src/test/resources/golden"));
    private static final KnownDifferences KNOWN =
            new KnownDifferences(Path.of("src/test/resources/golden/known-differences.txt"));
    private static final boolean STRICT = Boolean.getBoolean("golden.strict");
    private static final boolean REWRITE = Boolean.getBoolean("golden.rewrite");

    /** More than there are processors: most of the time is waiting for events that come late or never. */
    private static final int AT_A_TIME = 4;

    private static final Duration USUAL_HISTORY = Duration.ofMinutes(5);
    /** The topic waits 12 s for versions to be forgotten, which takes twice this at most. */
    private static final Map<String, Duration> SHORT_HISTORY = Map.of("expired", Duration.ofSeconds(4));

    /**
     * Addresses that a scenario asks for as ones that its Service has not got, by topic. Held by another, so that chance doesn't
     * give them to that Service.
     */
    private static final Map<String, List<String>> OTHERS = Map.of("kinds-services", List.of("10.0.0.77", "10.0.0.78"));

    private static final Map<String, Future<List<StepResult>>> REPLAYS = new LinkedHashMap<>();

    private static ExecutorService threads;

    @BeforeAll
    static void start(@TempDir Path directory) {
        FreshServer servers = new FreshServer(directory);
        threads = Executors.newFixedThreadPool(AT_A_TIME);
        for (String topic : topics()) {
            REPLAYS.put(topic, threads.submit(() -> replay(topic, servers)));
        }
    }

    @AfterAll
    static void finish() {
        threads.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> answersAsARealServer() {
        return REPLAYS.keySet().stream().map(topic -> DynamicTest.dynamicTest(topic, () -> check(topic)));
    }

    private static List<String> topics() {
        List<String> wanted = List.of(System.getProperty("golden.topics", "*").split(","));
        return RECORDINGS.topics().stream()
                .filter(topic -> wanted.stream()
                        .anyMatch(glob -> FileSystems.getDefault()
                                .getPathMatcher("glob:" + glob)
                                .matches(Path.of(topic))))
                .toList();
    }

    private static List<StepResult> replay(String topic, FreshServer servers) throws IOException {
        try (ApiServer server = servers.start(SHORT_HISTORY.getOrDefault(topic, USUAL_HISTORY))) {
            Target target = servers.target(server);
            for (String address : OTHERS.getOrDefault(topic, List.of())) {
                hold(address, target);
            }
            return RECORDINGS.compare(topic, new TopicReplay(target, new SecureRandom(), InstantSource.system()));
        }
    }

    private static void hold(String address, Target target) throws IOException {
        ObjectNode object = Json.NODES.objectNode().put("apiVersion", "networking.k8s.io/v1");
        object.put("kind", "IPAddress").putObject("metadata").put("name", address);
        object.putObject("spec")
                .putObject("parentRef")
                .put("resource", "services")
                .put("name", "other");
        ObjectNode step = Json.NODES.objectNode().put("method", "POST");
        step.put("path", "/apis/networking.k8s.io/v1/ipaddresses").set("body", object);
        try (Client client = new Client(target)) {
            assertThat(client.call(StepRequest.of(step, new Variables(), target.token()))
                            .code())
                    .as("holding " + address)
                    .isEqualTo(201);
        }
    }

    private static void check(String topic) throws InterruptedException, ExecutionException {
        List<StepResult> results = REPLAYS.get(topic).get();
        Set<String> differing = new TreeSet<>();
        results.stream().filter(result -> !result.same()).forEach(result -> differing.add(result.step()));
        if (REWRITE) {
            KNOWN.replace(topic, differing);
        }
        Set<String> known = KNOWN.of(topic);
        List<String> complaints = new ArrayList<>();
        for (StepResult result : results) {
            if (!result.same() && !known.contains(result.step())) {
                complaints.add("differs: " + KnownDifferences.line(topic, result.step()) + "\n    "
                        + String.join("\n    ", result.differences()));
            }
        }
        for (String step : known) {
            if (!differing.contains(step)) {
                String mended = "is answered as by a real server now, remove from "
                        + KNOWN.file().getFileName() + ": " + KnownDifferences.line(topic, step);
                if (STRICT) {
                    complaints.add(mended);
                } else {
                    System.out.println(mended);
                }
            }
        }
        if (!complaints.isEmpty()) {
            fail(String.join("\n", complaints));
        }
    }
}
