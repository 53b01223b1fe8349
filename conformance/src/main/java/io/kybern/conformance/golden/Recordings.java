package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory with {@code scenarios/TOPIC.json} and {@code recorded/TOPIC.json}. */
public record Recordings(Path directory) {
    private static final String SUFFIX = ".json";

    /** All topics, sorted. */
    public List<String> topics() {
        try (Stream<Path> files = Files.list(directory.resolve("scenarios"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replays a topic against a server; one result a step, in order. Takes as long as its waits and watches do. */
    public List<StepResult> compare(String topic, TopicReplay replay) {
        Map<String, JsonNode> recorded = new HashMap<>();
        read("recorded", topic)
                .path("steps")
                .forEach(step -> recorded.put(step.path("name").asText(), step));
        List<StepResult> results = new ArrayList<>();
        for (JsonNode got : replay.run(topic, read("scenarios", topic))) {
            String name = got.path("name").asText();
            results.add(new StepResult(name, differences(recorded.get(name), got)));
        }
        return results;
    }

    private static List<String> differences(@Nullable JsonNode want, JsonNode got) {
        if (want == null) {
            return List.of("not recorded");
        }
        if (got.has("error") && !want.has("error")) {
            return List.of(".error: " + got.path("error").asText());
        }
        List<String> all = Difference.between(want, got);
        JsonNode body = got.path("body");
        if (!got.has("code") || want.path("code").asInt() == got.path("code").asInt() || !body.isObject()) {
            return all;
        }
        List<String> told = new ArrayList<>();
        all.stream().filter(line -> line.startsWith(".code")).forEach(told::add);
        JsonNode why = body.has("message") ? body.path("message") : body.path("kind");
        told.add(".body.message: got " + Difference.brief(why.isMissingNode() ? Json.NODES.nullNode() : why, 300));
        all.stream().filter(line -> !line.startsWith(".code")).forEach(told::add);
        return told;
    }

    private JsonNode read(String what, String topic) {
        Path file = directory.resolve(what).resolve(topic + SUFFIX);
        try {
            return Json.MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }
}
