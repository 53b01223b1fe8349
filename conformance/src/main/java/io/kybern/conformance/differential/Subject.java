package io.kybern.conformance.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One resource with objects of it that the recordings know.
 *
 * @param resource {@code deployments.apps}
 * @param collection the path that objects are created at
 * @param objects bodies that were sent to create one; the first was taken
 * @param status the richest status that was seen, if it has any
 */
record Subject(String resource, String collection, List<ObjectNode> objects, Optional<ObjectNode> status) {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String NAMESPACE = "differ";

    private static final String TOPIC = "kinds-";

    /** All subjects that the recordings in this folder have. */
    static List<Subject> all(Path golden) {
        try (Stream<Path> files = Files.list(golden.resolve("scenarios"))) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .filter(topic -> topic.startsWith(TOPIC))
                    .sorted()
                    .flatMap(topic -> read(golden, topic).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A topic tells of one resource, but may create others on its way. */
    private static Optional<Subject> read(Path golden, String topic) {
        String resource = topic.substring(TOPIC.length());
        Map<String, JsonNode> answers = new HashMap<>();
        steps(golden, "recorded", topic)
                .forEach(step -> answers.put(step.path("name").asText(), step));
        Map<String, List<ObjectNode>> objects = new LinkedHashMap<>();
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        for (JsonNode step : steps(golden, "scenarios", topic)) {
            JsonNode answer = answers.getOrDefault(step.path("name").asText(), JSON.missingNode());
            String path = step.path("path").asText().replaceFirst("\\?.*", "").replace("${ns}", NAMESPACE);
            boolean own = path.matches(".*/" + resource.replaceFirst("\\..*", "") + "(/.*)?");
            if (own && step.path("method").asText().equals("POST")) {
                body(step)
                        .filter(b -> answer.path("code").asInt() == 201)
                        .ifPresent(body -> objects.computeIfAbsent(path, p -> new ArrayList<>())
                                .add(body));
            }
            if (own
                    && answer.at("/body/status") instanceof ObjectNode seen
                    && answer.path("code").asInt() == 200
                    && seen.toString().length() > status.toString().length()) {
                status = known(seen.deepCopy());
            }
        }
        if (objects.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<String, List<ObjectNode>> first =
                objects.entrySet().iterator().next();
        return Optional.of(new Subject(
                resource, first.getKey(), first.getValue(), Optional.of(status).filter(s -> !s.isEmpty())));
    }

    private static Optional<ObjectNode> body(JsonNode step) {
        String text = step.path("body").toString().replace("${ns}", NAMESPACE);
        if (!step.path("body").isObject() || text.contains("${")) {
            return Optional.empty();
        }
        try {
            return Optional.of((ObjectNode) JSON.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without what the recordings masked; a masked time becomes one. */
    private static ObjectNode known(ObjectNode status) {
        List<String> masked = new ArrayList<>();
        for (Map.Entry<String, JsonNode> e : status.properties()) {
            JsonNode value = e.getValue();
            if (value.isTextual() && value.textValue().startsWith("<time")) {
                boolean fraction = value.textValue().contains(".");
                e.setValue(JSON.getNodeFactory()
                        .textNode(fraction ? "2026-01-01T00:00:00.000000Z" : "2026-01-01T00:00:00Z"));
            } else if (value.isTextual() && value.textValue().contains("<")) {
                masked.add(e.getKey());
            } else if (value instanceof ObjectNode object) {
                known(object);
            } else if (value.isArray()) {
                value.forEach(item -> {
                    if (item instanceof ObjectNode object) {
                        known(object);
                    }
                });
            }
        }
        return status.remove(masked);
    }

    private static JsonNode steps(Path golden, String folder, String topic) {
        try {
            return JSON.readTree(golden.resolve(folder).resolve(topic + ".json").toFile())
                    .path("steps");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return resource;
    }
}
