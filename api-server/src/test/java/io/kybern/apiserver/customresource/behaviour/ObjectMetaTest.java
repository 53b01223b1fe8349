package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Metadata of custom objects, and of objects within them. */
class ObjectMetaTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void metadataOfTheWrongTypeIsRefusedAndUnknownFieldsOfItGo() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        String content = "{metadata: {name: foo, unknown: 42, generation: null, labels: {%s}}}";
        assertThat(cluster.create(
                                path(group, "v1", ""),
                                gadget(group, "v1", "foo", content.formatted("foo: 42, bar: abc")))
                        .refused(400))
                .contains("cannot be handled as a Gadget");
        JsonNode made = cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", content.formatted("bar: abc")))
                .ok();
        assertThat(made.at("/metadata").has("unknown")).isFalse();
        assertThat(made.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void anUpdateCannotBringInvalidLabels() {
        String group = cluster.newGroup();
        cluster.define(definition(
                group,
                "Cluster",
                "{type: object, properties: {embedded: {type: object, x-kubernetes-embedded-resource: true,"
                        + " x-kubernetes-preserve-unknown-fields: true}}}"));
        String foo = path(group, "v1", "") + "/foo";
        cluster.create(
                        path(group, "v1", ""),
                        gadget(
                                group,
                                "v1",
                                "foo",
                                "{embedded: {kind: Foo, apiVersion: foo/v1, metadata: {unknown: 1}}}"))
                .ok();
        assertThat(cluster.get(foo).at("/embedded/metadata").has("unknown")).isFalse();
        assertThat(cluster.patch(foo, MERGE, "{\"metadata\":{\"labels\":{\"invalid\":\"x y\"}}}")
                        .refused(422))
                .contains("metadata.labels: Invalid value: \"x y\"");
        assertThat(cluster.patch(foo, MERGE, "{\"embedded\":{\"metadata\":{\"labels\":{\"invalid\":\"x y\"}}}}")
                        .refused(422))
                .contains("embedded.metadata.labels: Invalid value: \"x y\"");
        assertThat(cluster.patch(foo, MERGE, "{\"embedded\":{\"metadata\":{\"labels\":{\"invalid\":42}}}}")
                        .code())
                .isEqualTo(422);
    }

    @Test
    void objectsWithinAreValidatedAsObjects() {
        String group = cluster.newGroup();
        cluster.define(definition(
                group,
                "Cluster",
                "{type: object, properties: {e: {type: object, x-kubernetes-embedded-resource: true,"
                        + " x-kubernetes-preserve-unknown-fields: true}}}"));
        String all = path(group, "v1", "");
        assertThat(cluster.create(all, gadget(group, "v1", "foo", "{e: {}}")).refused(422))
                .contains("e.apiVersion: Required value", "e.kind: Required value");
        assertThat(cluster.create(all, gadget(group, "v1", "foo", "{e: {apiVersion: a/b/c, kind: '%'}}"))
                        .refused(422))
                .contains("e.apiVersion: Invalid value: \"a/b/c\"", "e.kind: Invalid value: \"%\"");
        assertThat(cluster.create(
                                all, gadget(group, "v1", "foo", "{e: {apiVersion: v1, kind: A, metadata: {name: ..}}}"))
                        .refused(422))
                .contains("e.metadata.name: Invalid value: \"..\"");
        cluster.create(all, gadget(group, "v1", "foo", "{e: {apiVersion: v1, kind: A, metadata: {name: x}, any: 1}}"))
                .ok();
    }
}
