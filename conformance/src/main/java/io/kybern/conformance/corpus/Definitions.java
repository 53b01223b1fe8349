package io.kybern.conformance.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The CustomResourceDefinitions in a tree of files, each once: of those of one name the largest. */
final class Definitions {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Definitions() {}

    /**
     * A definition.
     *
     * @param project the first folder that it stands in
     */
    record Definition(String project, String name, ObjectNode tree) {}

    static List<Definition> in(Path root) throws IOException {
        Map<String, Definition> largest = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Definitions::isYaml).sorted().toList()) {
                String project = root.relativize(file).getName(0).toString();
                for (ObjectNode tree : documents(file)) {
                    String name = tree.at("/metadata/name").asText();
                    largest.merge(
                            name,
                            new Definition(project, name, tree),
                            (a, b) -> b.tree().toString().length()
                                            > a.tree().toString().length()
                                    ? b
                                    : a);
                }
            }
        }
        return new ArrayList<>(largest.values());
    }

    private static boolean isYaml(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    }

    /** Documents that can be read; templates of Helm charts can't. */
    private static List<ObjectNode> documents(Path file) throws IOException {
        List<ObjectNode> out = new ArrayList<>();
        try (JsonParser parser = YAML.getFactory().createParser(file.toFile())) {
            for (Iterator<JsonNode> all = YAML.readValues(parser, JsonNode.class); all.hasNext(); ) {
                JsonNode document = all.next();
                boolean definition = document.path("kind").asText().equals("CustomResourceDefinition")
                        && document.path("apiVersion").asText().equals("apiextensions.k8s.io/v1");
                if (definition && document instanceof ObjectNode object) {
                    object.remove("status");
                    out.add(object);
                }
            }
        } catch (IOException | RuntimeException e) {
            return out; // what stands before the unreadable part counts
        }
        return out;
    }
}
