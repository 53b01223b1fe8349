package io.kybern.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook makes of a right answer; {@code cases.yaml} says which fields there are.
 *
 * @param recipe the fields
 */
record AnswerCase(String name, ObjectNode recipe) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    static List<AnswerCase> all() {
        try (InputStream file = AnswerCase.class.getResourceAsStream("/conversion/cases.yaml")) {
            List<AnswerCase> cases = new ArrayList<>();
            for (JsonNode each : YAML.readTree(file)) {
                cases.add(new AnswerCase(each.path("name").asText(), (ObjectNode) each));
            }
            return cases;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Changes an answer that was right. */
    void spoil(ObjectNode review) {
        String only = recipe.path("only").asText();
        recipe.path("set").properties().forEach(e -> change(review, path(e.getKey()), only, e.getValue()));
        recipe.path("remove").forEach(pointer -> change(review, path(pointer.asText()), only, null));
    }

    private static List<String> path(String pointer) {
        return List.of(pointer.substring(1).split("/"));
    }

    /** Changes what a path leads to; {@code *} stands for every element, or those of one name, {@code -} for a new one. */
    private static void change(JsonNode at, List<String> path, String only, @Nullable JsonNode value) {
        String step = path.getFirst();
        boolean last = path.size() == 1;
        if (at instanceof ObjectNode object) {
            if (!last) {
                change(object.path(step), path.subList(1, path.size()), only, value);
            } else if (value == null) {
                object.remove(step);
            } else {
                object.set(step, value);
            }
        } else if (at instanceof ArrayNode array) {
            if (step.equals("-")) {
                array.add(value);
                return;
            }
            for (int i = 0; i < array.size(); i++) {
                if (!only.isEmpty()
                        && !array.get(i).at("/metadata/name").asText().equals(only)) {
                    continue;
                }
                if (!last) {
                    change(array.get(i), path.subList(1, path.size()), only, value);
                } else {
                    array.set(i, value);
                }
            }
        }
    }
}
