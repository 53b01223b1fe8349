package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lists that are sets or maps. */
class ListTypeTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final String SCHEMA = """
            type: object
            properties:
              good-map:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [a, b]
                items: {type: object, required: [a, b], properties: {a: {type: integer}, b: {type: integer}}}
              good-set:
                type: array
                x-kubernetes-list-type: set
                items: {type: object, x-kubernetes-map-type: atomic, additionalProperties: {type: integer}}
              bad-map:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [a, b]
                items: {type: object, required: [a, b], properties: {a: {type: integer}, b: {type: integer}}}
              bad-set:
                type: array
                x-kubernetes-list-type: set
                items: {type: object, x-kubernetes-map-type: atomic, additionalProperties: {type: integer}}
            """;

    @Test
    void noElementMayBeThereTwice() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", SCHEMA));
        String all = path(group, "v1", "");
        ObjectNode object = gadget(
                group,
                "v1",
                "foo",
                "{good-map: [{a: 1, b: 1}, {a: 1, b: 2}], good-set: [{a: 1, b: 1}, {a: 1}],"
                        + " bad-map: [{a: 1, b: 1}, {a: 1, b: 2}, {a: 1, b: 1}], bad-set: [{a: 1, b: 1}, {a: 1}, {a: 1, b: 1}]}");
        assertThat(cluster.create(all, object).refused(422))
                .contains(
                        "bad-map[2]: Duplicate value: {\"a\":1,\"b\":1}",
                        "bad-set[2]: Duplicate value: {\"a\":1,\"b\":1}")
                .doesNotContain("good");
        object.remove(List.of("bad-map", "bad-set"));
        ObjectNode made = cluster.create(all, object).ok();
        ObjectNode twice = made.deepCopy();
        twice.withArray("/good-map").add(made.at("/good-map/0"));
        twice.withArray("/good-set").add(made.at("/good-set/0"));
        assertThat(cluster.replace(all + "/foo", twice).refused(422))
                .contains("good-map[2]: Duplicate", "good-set[2]: Duplicate");
        cluster.redefine(name(group), d -> {
                    ObjectNode map = d.withObject("/spec/versions/0/schema/openAPIV3Schema/properties/good-map");
                    ((ArrayNode) map.path("x-kubernetes-list-map-keys")).remove(1);
                })
                .ok();
        eventually(
                () -> cluster.create(
                        all + "?dryRun=All", gadget(group, "v1", "bar", "{good-map: [{a: 2, b: 1}, {a: 2, b: 2}]}")),
                a -> a.code() == 422 && a.message().contains("good-map[1]: Duplicate value: {\"a\":2}"));
        cluster.patch(all + "/foo", MERGE, "{\"good-set\":[]}").ok();
    }
}
