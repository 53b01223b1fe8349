package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schemas;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What must hold of any objects that are applied. */
@Tag("fuzz")
class ApplyLawsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final FieldManager MANAGER = new FieldManager(
            new GroupVersionKind("g", "v1", "K"),
            "",
            Schemas.parseSingle(Golden.json("{'type': 'object', 'properties': {"
                    + "'apiVersion': {'type': 'string'}, 'kind': {'type': 'string'}, 'metadata': {'type': 'object'},"
                    + "'map': {'type': 'object', 'additionalProperties': {'type': 'string'}},"
                    + "'atom': {'type': 'array', 'items': {'type': 'integer'}},"
                    + "'set': {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'string'}},"
                    + "'list': {'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'],"
                    + " 'items': {'type': 'object', 'properties': {'n': {'type': 'string'}, 'v': {'type': 'integer'}}}}"
                    + "}}")),
            false,
            FieldSet.EMPTY,
            VersionConverter.NONE);

    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private static ObjectNode object(Source random) {
        ObjectNode object = empty();
        List<String> map = random.list(0, 3, r -> r.of(NAMES));
        if (!map.isEmpty()) {
            ObjectNode fields = object.putObject("map");
            map.forEach(name -> fields.put(name, random.of(List.of("1", "2"))));
        }
        List<Integer> atom = random.list(0, 2, r -> r.of(List.of(0, 1, 2)));
        if (!atom.isEmpty()) {
            atom.forEach(object.putArray("atom")::add);
        }
        List<String> set =
                random.list(0, 3, r -> r.of(NAMES)).stream().distinct().toList();
        if (!set.isEmpty()) {
            set.forEach(object.putArray("set")::add);
        }
        List<String> list =
                random.list(0, 3, r -> r.of(NAMES)).stream().distinct().toList();
        if (!list.isEmpty()) {
            ArrayNode items = object.putArray("list");
            list.forEach(name -> items.addObject().put("n", name).put("v", random.of(List.of(0, 1, 2))));
        }
        return object;
    }

    private static ObjectNode stored(ObjectNode object) {
        ((ObjectNode) object.path("metadata")).put("uid", "u");
        return object;
    }

    private static ObjectNode apply(ObjectNode live, ObjectNode applied, String manager) {
        return stored(MANAGER.apply(live, applied, manager, true, NOW));
    }

    private static ObjectNode empty() {
        return Golden.json("{'apiVersion': 'g/v1', 'kind': 'K', 'metadata': {'name': 'x'}}");
    }

    private static ObjectNode content(ObjectNode object) {
        return object.deepCopy().without(List.of("metadata"));
    }

    @Test
    void applyingTwiceChangesNothing() {
        Fuzz.check(200, random -> {
            ObjectNode a = object(random);
            ObjectNode b = object(random);
            ObjectNode once = apply(apply(empty(), a, "m1"), b, "m2");
            assertThat(apply(once, b, "m2")).isEqualTo(once);
        });
    }

    @Test
    void whatIsAppliedIsThere() {
        Fuzz.check(200, random -> {
            ObjectNode a = object(random);
            ObjectNode b = object(random);
            ObjectNode result = apply(apply(empty(), a, "m1"), b, "m2");
            ObjectNode merged = content(result);
            b.path("map")
                    .propertyStream()
                    .forEach(
                            e -> assertThat(merged.path("map").path(e.getKey())).isEqualTo(e.getValue()));
            b.path("set").forEach(v -> assertThat(merged.path("set")).contains(v));
            b.path("list").forEach(v -> assertThat(merged.path("list")).contains(v));
            assertThat(merged.path("atom")).isEqualTo(b.has("atom") ? b.path("atom") : a.path("atom"));
        });
    }

    @Test
    void applyingThenNothingRestores() {
        Fuzz.check(200, random -> {
            ObjectNode a = object(random);
            ObjectNode b = object(random);
            ObjectNode first = apply(empty(), a, "m1");
            ObjectNode both = apply(first, withoutOverlap(b, a), "m2");
            assertThat(content(apply(both, empty(), "m2"))).isEqualTo(content(first));
        });
    }

    /** The part of an object that has no leaf in common with another, so that nothing changes hands. */
    private static ObjectNode withoutOverlap(ObjectNode object, ObjectNode other) {
        ObjectNode rest = object.deepCopy();
        if (other.has("atom")) {
            rest.remove("atom");
        }
        if (rest.path("map") instanceof ObjectNode map) {
            other.path("map").fieldNames().forEachRemaining(map::remove);
        }
        if (rest.path("set") instanceof ArrayNode set) {
            List<JsonNode> taken = new ArrayList<>();
            other.path("set").forEach(taken::add);
            set.removeIf(taken::contains);
        }
        if (rest.path("list") instanceof ArrayNode list) {
            list.removeIf(i -> other.path("list")
                    .findValuesAsText("n")
                    .contains(i.path("n").asText()));
        }
        rest.properties()
                .removeIf(e -> e.getValue().isContainerNode() && e.getValue().isEmpty());
        return rest;
    }

    @Test
    void oneOwnerAtLeastForEveryField() {
        Fuzz.check(200, random -> {
            ObjectNode a = object(random);
            ObjectNode b = object(random);
            ObjectNode result = apply(apply(empty(), a, "m1"), b, "m2");
            FieldSet owned = FieldSet.EMPTY;
            for (JsonNode entry : result.path("metadata").path("managedFields")) {
                owned = owned.union(FieldSet.parse(entry.path("fieldsV1")));
            }
            for (String field : List.of("map", "atom", "set", "list")) {
                if (result.has(field)) {
                    boolean known = owned.hasMember(PathElement.field(field))
                            || !owned.below(PathElement.field(field)).isEmpty();
                    assertThat(known).as(field).isTrue();
                }
            }
        });
    }
}
