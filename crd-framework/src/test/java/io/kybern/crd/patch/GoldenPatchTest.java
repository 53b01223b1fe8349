package io.kybern.crd.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.golden.Golden.Step;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded patch, applied to the object as it was recorded before. */
class GoldenPatchTest {
    private static final Set<String> OWN_TEXTS = Set.of("BadRequest", "Invalid", "RequestEntityTooLarge", "");

    static Stream<Arguments> patches() {
        List<Arguments> all = new ArrayList<>();
        for (String topic : List.of("patch-json", "patch-merge", "patch-strategic")) {
            Map<String, JsonNode> objects = new HashMap<>();
            for (Step step : Golden.steps(topic)) {
                JsonNode before = objects.get(step.resource());
                boolean patch =
                        step.method().equals("PATCH") && step.contentType().contains("patch+json");
                if (patch && before != null && !step.request().isTextual()) {
                    all.add(Arguments.of(topic + ": " + step.name(), step, before));
                }
                if (step.code() < 300 && step.response().isObject()) {
                    String path = step.method().equals("POST")
                            ? step.resource() + "/"
                                    + step.response()
                                            .path("metadata")
                                            .path("name")
                                            .asText()
                            : step.resource();
                    objects.put(path, step.response());
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("patches")
    void patchesAsRecorded(String name, Step step, JsonNode before) {
        if (step.code() == 200) {
            JsonNode after = patch(step, (ObjectNode) before);
            ((ObjectNode) after).remove(List.of("metadata", "status"));
            assertContained(after, step.response(), schema(before), "");
            return;
        }
        PatchException refused = catchThrowableOfType(PatchException.class, () -> patch(step, (ObjectNode) before));
        if (refused != null) {
            assertThat(refused.statusMessage())
                    .isEqualTo(step.response().path("message").asText());
            assertThat(refused.kind().code()).isEqualTo(step.code());
            assertThat(OWN_TEXTS).contains(refused.kind().reason());
        } else {
            // Refused later: by decoding, by validation or because the name changed.
            assertThat(step.response().path("message").asText()).isNotEqualTo(PatchException.GENERIC_TEXT);
        }
    }

    private static JsonNode patch(Step step, ObjectNode before) {
        JsonNode request = step.request();
        return switch (step.contentType()) {
            case "application/json-patch+json" -> JsonPatch.of(request).apply(before);
            case "application/merge-patch+json" -> MergePatch.apply(before, request);
            default -> StrategicMergePatch.apply(before, request, schema(before));
        };
    }

    private static Schema schema(JsonNode object) {
        return Golden.schemas()
                .find(GroupVersionKind.of(
                        object.path("apiVersion").asText(), object.path("kind").asText()))
                .orElseThrow();
    }

    /** Decoding drops unknown fields and may add defaults to what a patch makes; nothing else may differ. */
    private static void assertContained(JsonNode actual, JsonNode recorded, Schema schema, String path) {
        if (actual.isObject()) {
            actual.propertyStream()
                    .filter(e ->
                            !e.getValue().isNull() && schema.child(e.getKey()).declared())
                    .forEach(e -> assertContained(
                            e.getValue(),
                            recorded.path(e.getKey()),
                            schema.child(e.getKey()),
                            path + "." + e.getKey()));
        } else if (actual.isArray()) {
            assertThat(recorded.size()).as(path).isEqualTo(actual.size());
            for (int i = 0; i < actual.size(); i++) {
                assertContained(actual.get(i), recorded.get(i), schema.item(), path + "[" + i + "]");
            }
        } else {
            assertThat(recorded).as(path).isEqualTo(actual);
        }
    }
}
