package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schemas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What must hold of any objects that are applied. */
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

    @Provide
    Arbitrary<ObjectNode> objects() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "c", "d");
        Arbitrary<Map<String, String>> maps =
                Arbitraries.maps(names, Arbitraries.of("1", "2")).ofMaxSize(3);
        Arbitrary<List<Integer>> atoms =
                Arbitraries.integers().between(0, 2).list().ofMaxSize(2);
        Arbitrary<List<String>> sets = names.list().uniqueElements().ofMaxSize(3);
        Arbitrary<Map<String, Integer>> lists =
                Arbitraries.maps(names, Arbitraries.integers().between(0, 2)).ofMaxSize(3);
        return Combinators.combine(maps, atoms, sets, lists).as((map, atom, set, list) -> {
            ObjectNode object = Golden.json("{'apiVersion': 'g/v1', 'kind': 'K', 'metadata': {'name': 'x'}}");
            if (!map.isEmpty()) {
                ObjectNode m = object.putObject("map");
                map.forEach(m::put);
            }
            if (!atom.isEmpty()) {
                ArrayNode a = object.putArray("atom");
                atom.forEach(a::add);
            }
            if (!set.isEmpty()) {
                ArrayNode s = object.putArray("set");
                set.forEach(s::add);
            }
            if (!list.isEmpty()) {
                ArrayNode l = object.putArray("list");
                list.forEach((n, v) -> l.addObject().put("n", n).put("v", v));
            }
            return object;
        });
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

    @Property
    void applyingTwiceChangesNothing(@ForAll("objects") ObjectNode a, @ForAll("objects") ObjectNode b) {
        ObjectNode once = apply(apply(empty(), a, "m1"), b, "m2");
        assertThat(apply(once, b, "m2")).isEqualTo(once);
    }

    @Property
    void whatIsAppliedIsThere(@ForAll("objects") ObjectNode a, @ForAll("objects") ObjectNode b) {
        ObjectNode result = apply(apply(empty(), a, "m1"), b, "m2");
        ObjectNode merged = content(result);
        b.path("map")
                .propertyStream()
                .forEach(e -> assertThat(merged.path("map").path(e.getKey())).isEqualTo(e.getValue()));
        b.path("set").forEach(v -> assertThat(merged.path("set")).contains(v));
        b.path("list").forEach(v -> assertThat(merged.path("list")).contains(v));
        assertThat(merged.path("atom")).isEqualTo(b.has("atom") ? b.path("atom") : a.path("atom"));
    }

    @Property
    void applyingThenNothingRestores(@ForAll("objects") ObjectNode a, @ForAll("objects") ObjectNode b) {
        ObjectNode first = apply(empty(), a, "m1");
        ObjectNode both = apply(first, withoutOverlap(b, a), "m2");
        assertThat(content(apply(both, empty(), "m2"))).isEqualTo(content(first));
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

    @Property
    void oneOwnerAtLeastForEveryField(@ForAll("objects") ObjectNode a, @ForAll("objects") ObjectNode b) {
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
    }
}
