package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.golden.Golden.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionStatusTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

    /** Definitions compete for names as in the recording: each is looked at again when it or another one changes. */
    @Test
    void namesAsRecorded() {
        Map<String, ObjectNode> stored = new LinkedHashMap<>();
        int compared = 0;
        for (Step step : Golden.steps("crd-names")) {
            JsonNode response = step.response();
            String name = response.path("metadata").path("name").asText();
            boolean definition = response.path("kind").asText().equals("CustomResourceDefinition");
            if (step.method().equals("GET")
                    && definition
                    && stored.containsKey(name)
                    && response.path("status").has("conditions")) {
                ObjectNode status = (ObjectNode) stored.get(name).path("status");
                assertThat(status.path("acceptedNames"))
                        .as(step.name())
                        .isEqualTo(response.path("status").path("acceptedNames"));
                assertThat(conditions(status)).as(step.name()).isEqualTo(conditions(response.path("status")));
                compared++;
            } else if (definition && step.code() < 300 && !step.method().equals("DELETE") && response.has("spec")) {
                ObjectNode fresh = (ObjectNode) response;
                if (stored.containsKey(name)) {
                    fresh.set("status", stored.get(name).path("status"));
                }
                stored.put(name, fresh);
            } else if (step.method().equals("DELETE") && step.code() < 300) {
                stored.keySet().removeIf(n -> step.path().endsWith(n));
            }
            for (ObjectNode each : stored.values()) {
                List<ObjectNode> others = new ArrayList<>(stored.values());
                each.set("status", DefinitionStatus.accept(each, others, NOW));
            }
        }
        assertThat(compared).isGreaterThan(3);
    }

    private static List<String> conditions(JsonNode status) {
        List<String> all = new ArrayList<>();
        status.path("conditions")
                .forEach(c -> all.add(c.path("type").asText() + "="
                        + c.path("status").asText() + " " + c.path("reason").asText() + " "
                        + c.path("message").asText()));
        return all;
    }

    @Test
    void changesNothingWhenThereIsNothingToDo() {
        ObjectNode definition = Golden.json("{'metadata': {'name': 'as.g'}, 'spec': {'group': 'g',"
                + "'names': {'plural': 'as', 'singular': 'a', 'kind': 'A', 'listKind': 'AList'}}}");
        ObjectNode once = DefinitionStatus.accept(definition, List.of(), NOW);
        definition.set("status", once);
        assertThat(DefinitionStatus.accept(definition, List.of(), NOW.plusSeconds(9)))
                .isEqualTo(once);
        assertThat(DefinitionStatus.isServed(definition)).isTrue();
    }
}
