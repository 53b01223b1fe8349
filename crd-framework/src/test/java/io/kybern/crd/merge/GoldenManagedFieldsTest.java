package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.golden.Golden.Step;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded write: from the object before and after it follow the managed fields that were recorded. */
class GoldenManagedFieldsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String APPLY = "application/apply-patch+yaml";

    /** The server sets fields after it has seen who owns what, or the kind resets more than others. */
    private static final Set<String> BEYOND = Set.of(
            "kinds-jobs.batch: create",
            "kinds-nodes: create",
            "kinds-persistentvolumes: create",
            "kinds-pods: create",
            "kinds-services: create",
            "kinds-services: change that may be forbidden 4",
            "kinds-services: change that may be forbidden 6",
            "kinds-services: change that may be forbidden 7");

    static Stream<Arguments> writes() {
        return Golden.topics("kinds-", "apply-").stream().flatMap(GoldenManagedFieldsTest::writesOf);
    }

    /** Writes whose state before is known: not those after a write through scale, and none whose body is not told. */
    private static Stream<Arguments> writesOf(String topic) {
        List<Arguments> all = new ArrayList<>();
        Map<String, JsonNode> objects = new HashMap<>();
        JsonNode unknown = MissingNode.getInstance();
        for (Step step : Golden.steps(topic)) {
            Target target = Target.of(step);
            boolean isObject = step.response().path("metadata").has("uid");
            boolean done = step.code() < 300;
            boolean dry = step.path().contains("dryRun");
            String object = step.method().equals("POST")
                    ? target.object + "/"
                            + step.response().path("metadata").path("name").asText()
                    : target.object;
            boolean creates = step.method().equals("POST") || step.contentType().equals(APPLY);
            JsonNode before = objects.getOrDefault(object, creates ? Golden.json("{'metadata': {}}") : unknown);
            boolean write = Set.of("POST", "PUT", "PATCH").contains(step.method())
                    && !target.subresource.equals("scale")
                    && !dry
                    && !step.request().isMissingNode()
                    && !step.name().startsWith("setup:");
            boolean conflict = step.response().path("message").asText().startsWith("Apply failed");
            if (write
                    && !BEYOND.contains(topic + ": " + step.name())
                    && before.isObject()
                    && (isObject && done || conflict)) {
                all.add(Arguments.of(topic + ": " + step.name(), step, target, before));
            }
            if (step.method().equals("DELETE") && done && !dry) {
                objects.keySet().removeIf(o -> o.startsWith(object));
            } else if (target.subresource.equals("scale")
                    && done
                    && !step.method().equals("GET")) {
                objects.put(object, unknown);
            } else if (isObject && done && !dry && !target.subresource.equals("scale")) {
                objects.put(object, step.response());
            }
        }
        return all.stream();
    }

    /** What a path names: the object and its subresource. */
    record Target(String object, String subresource) {
        static Target of(Step step) {
            String path = step.resource();
            for (String subresource :
                    List.of("status", "scale", "approval", "finalize", "resize", "ephemeralcontainers")) {
                if (path.endsWith("/" + subresource)) {
                    return new Target(path.substring(0, path.length() - subresource.length() - 1), subresource);
                }
            }
            return new Target(path, "");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void managedFieldsAsRecorded(String name, Step step, Target target, JsonNode before) {
        JsonNode kindOf = step.code() < 300 ? step.response() : step.request();
        GroupVersionKind kind = GroupVersionKind.of(
                kindOf.path("apiVersion").asText(), kindOf.path("kind").asText());
        Schema schema = Golden.schemas().find(kind).orElseThrow();
        FieldSet reset = target.subresource.isEmpty()
                ? FieldManager.resetFields(
                        schema.properties().containsKey("status") ? List.of(List.of("status")) : List.of())
                : FieldManager.resetFields(
                        kind.kind().equals("Deployment")
                                ? List.of(List.of("spec"), List.of("metadata", "labels"))
                                : List.of(List.of("spec")));
        FieldManager manager = new FieldManager(
                kind,
                target.subresource,
                schema,
                true,
                reset,
                (o, version) -> Golden.schemas()
                        .find(GroupVersionKind.of(version, kind.kind()))
                        .map(s -> new VersionConverter.Versioned(o, s)));
        ObjectNode live = timed(before);
        String who = step.query("fieldManager");
        if (step.contentType().equals(APPLY)) {
            ObjectNode applied = (ObjectNode) request(step);
            boolean force = step.query("force").equals("true");
            if (step.code() == 409) {
                assertThatThrownBy(() -> manager.apply(live, applied, who, force, NOW))
                        .hasMessage(step.response().path("message").asText());
                return;
            }
            ObjectNode result = apply(name, manager, live, applied, who, force);
            assertThat(entries(result)).as(name).isEqualTo(entries(timed(step.response())));
        } else {
            ObjectNode updated = timed(step.response());
            ObjectNode metadata = (ObjectNode) updated.path("metadata");
            metadata.remove("managedFields");
            Optional.ofNullable(step.request().path("metadata").get("managedFields"))
                    .ifPresent(sent -> metadata.set("managedFields", sent));
            manager.update(live, updated, who.isEmpty() ? "golden" : who, NOW);
            assertThat(entries(updated)).as(name).isEqualTo(entries(timed(step.response())));
        }
    }

    private static ObjectNode apply(
            String name, FieldManager manager, ObjectNode live, ObjectNode applied, String who, boolean force) {
        try {
            return manager.apply(live, applied, who, force, NOW);
        } catch (ApplyException e) {
            throw new AssertionError(name, e);
        }
    }

    private static JsonNode request(Step step) {
        try {
            return step.request().isTextual()
                    ? new YAMLMapper().readTree(step.request().textValue())
                    : step.request();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ObjectNode timed(JsonNode object) {
        return Golden.json(object.toString().replace("'", "\\u0027").replaceAll("<time[^>]*>", NOW.toString()));
    }

    private static List<String> entries(ObjectNode object) {
        List<JsonNode> entries = new ArrayList<>();
        object.path("metadata").path("managedFields").forEach(entries::add);
        return entries.stream()
                .map(e -> e.path("manager").asText() + " " + e.path("operation").asText() + " "
                        + e.path("apiVersion").asText() + " "
                        + e.path("subresource").asText() + "\n"
                        + FieldSet.parse(e.path("fieldsV1")))
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
