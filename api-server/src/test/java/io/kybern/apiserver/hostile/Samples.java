package io.kybern.apiserver.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The requests of the golden scenarios that have an object for a body. */
final class Samples {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String NAMESPACE = "fuzz";

    private Samples() {}

    /** A request without its query, in the namespace {@link #NAMESPACE}. */
    record Sample(String method, String path, String contentType, ObjectNode body) {}

    static List<Sample> all() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/scenarios"))) {
            List<Sample> samples = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                for (JsonNode step : JSON.readTree(file.toFile()).path("steps")) {
                    String path = step.path("path").asText();
                    if (step.path("body") instanceof ObjectNode && path.startsWith("/api")) {
                        String text = step.path("body").toString().replace("${ns}", NAMESPACE);
                        samples.add(new Sample(
                                step.path("method").asText(),
                                path.replaceFirst("\\?.*", "").replace("${ns}", NAMESPACE),
                                step.path("contentType").asText("application/json"),
                                (ObjectNode) JSON.readTree(text)));
                    }
                }
            }
            return samples;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
