package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Replays topics against one server, each in namespaces of its own; any number of them, one after the other. */
public final class TopicReplay {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz";
    private static final int RANDOM_LETTERS = 5;
    private static final int LONGEST_TOPIC = 24;

    private final Target target;
    private final RandomGenerator random;
    private final InstantSource clock;

    public TopicReplay(Target target, RandomGenerator random, InstantSource clock) {
        this.target = target;
        this.random = random;
        this.clock = clock;
    }

    /** The steps with their normalised answers; one that failed has an {@code error} and doesn't stop the others. */
    List<JsonNode> run(String topic, JsonNode scenario) {
        String namespace = namespace(topic);
        Variables variables = new Variables();
        variables.set("ns", Json.NODES.textNode(namespace));
        variables.set("ns2", Json.NODES.textNode(namespace + "-b"));
        Normaliser normaliser = new Normaliser(namespace, scenario, target.port(), clock);
        try (Client client = new Client(target)) {
            Cleanup cleanup = new Cleanup(client, variables, target.token());
            cleanup.run(namespace, scenario.path("cleanup"));
            StepReplay replay = new StepReplay(client, target, variables, normaliser);
            List<JsonNode> steps = new ArrayList<>();
            for (JsonNode step : scenario.path("steps")) {
                steps.add(replay.run((ObjectNode) step));
            }
            cleanup.run(namespace, scenario.path("cleanup"));
            return steps;
        }
    }

    private String namespace(String topic) {
        StringBuilder name = new StringBuilder("g");
        for (int i = 0; i < RANDOM_LETTERS; i++) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        String readable = topic.replaceAll("[^a-z0-9-]", "-");
        readable = readable.substring(0, Math.min(LONGEST_TOPIC, readable.length()));
        return name + "-" + readable.replaceAll("^-+|-+$", "");
    }

    /** For what a recorded scenario waits for by the clock, and between polls: nothing else tells that a real server is ready. */
    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
