package io.kybern.crd.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Recorded exchanges of a real server, and its component schemas, as test data. */
public final class Golden {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final Schemas SCHEMAS = Schemas.parse(bytes("/openapi-v3-schemas.json"));

    private Golden() {}

    /** A step of a topic: what was sent and what came back. */
    public record Step(
            String name,
            String method,
            String path,
            String contentType,
            JsonNode request,
            int code,
            JsonNode response,
            JsonNode headers) {
        /** The path without its query. */
        public String resource() {
            return path.replaceFirst("\\?.*", "");
        }

        /** The texts of its warnings. */
        public List<String> warnings() {
            List<String> all = new ArrayList<>();
            for (JsonNode header : headers.path("warning")) {
                String text = header.asText();
                all.add(text.substring(text.indexOf('"') + 1, text.length() - 1).replace("\\\"", "\""));
            }
            return all;
        }

        public String query(String parameter) {
            for (String pair : path.replaceFirst("[^?]*\\??", "").split("&")) {
                if (pair.startsWith(parameter + "=")) {
                    return pair.substring(parameter.length() + 1);
                }
            }
            return "";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    public static Schemas schemas() {
        return SCHEMAS;
    }

    /** The topics at hand whose names begin so, sorted. */
    public static List<String> topics(String... prefixes) {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/recorded"))) {
            return files.map(f -> f.getFileName().toString().replace(".json", ""))
                    .filter(t -> Stream.of(prefixes).anyMatch(t::startsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<Step> steps(String topic) {
        Map<String, JsonNode> recorded = new HashMap<>();
        for (JsonNode step : read("/golden/recorded/" + topic + ".json").path("steps")) {
            recorded.put(step.path("name").asText(), step);
        }
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : read("/golden/scenarios/" + topic + ".json").path("steps")) {
            JsonNode answer = recorded.getOrDefault(step.path("name").asText(), JSON.missingNode());
            steps.add(new Step(
                    step.path("name").asText(),
                    step.path("method").asText(),
                    step.path("path").asText(),
                    step.path("contentType").asText(""),
                    step.path("body"),
                    answer.path("code").asInt(),
                    answer.path("body"),
                    answer.path("headers")));
        }
        return steps;
    }

    public static JsonNode read(String resource) {
        try {
            return JSON.readTree(bytes(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = Golden.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JSON text with single quotes for double ones. */
    public static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
