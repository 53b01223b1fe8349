package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Defaults: on the way in, on the way out, and in metadata that objects carry within. */
class DefaultingTest {
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
              a: {type: string, default: A}
              b: {type: string, default: B}
              c: {type: string}
              status: {type: object, default: {}, properties: {a: {type: string, default: A}, b: {type: string, default: B}}}
            """;

    private static String defined() {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", SCHEMA);
        definition
                .withArray("/spec/versions")
                .add(version("v2", "true, storage: false", SCHEMA.replace("default: A", "default: A2")));
        definition.at("/spec/versions").forEach(v -> ((ObjectNode) v).set("subresources", yaml("{status: {}}")));
        cluster.define(definition);
        return group;
    }

    @Test
    void defaultsAreThoseOfTheVersionThatWasSent() {
        String group = defined();
        JsonNode one = cluster.create(path(group, "v1", ""), gadget(group, "v1", "one", "{a: a}"))
                .ok();
        assertThat(one.path("a").asText() + one.path("b").asText()).isEqualTo("aB");
        assertThat(one.path("status")).isEqualTo(yaml("{a: A, b: B}"));
        JsonNode two = cluster.create(path(group, "v2", ""), gadget(group, "v2", "two", "{}"))
                .ok();
        assertThat(two.path("a").asText()).isEqualTo("A2");
        assertThat(cluster.get(path(group, "v1", "") + "/two").ok().path("a").asText())
                .isEqualTo("A2");
    }

    @Test
    void newDefaultsAppearWhenWhatIsStoredIsRead() {
        String group = defined();
        String foo = path(group, "v1", "") + "/foo";
        ObjectNode made = cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{a: a}"))
                .ok();
        assertThat(made.has("c")).isFalse();
        cluster.redefine(
                        name(group),
                        d -> d.at("/spec/versions")
                                .forEach(v -> ((ObjectNode) v.at("/schema/openAPIV3Schema/properties/c"))
                                        .put("default", "C")))
                .ok();
        JsonNode read = cluster.await(foo, t -> t.path("c").asText().equals("C"));
        assertThat(read.at("/metadata/resourceVersion")).isEqualTo(made.at("/metadata/resourceVersion"));
        assertThat(cluster.get(path(group, "v1", "")).at("/items/0/c").asText()).isEqualTo("C");
        try (WatchProbe watch = cluster.watch(path(group, "v1", ""))) {
            assertThat(watch.next("ADDED", "foo").path("c").asText()).isEqualTo("C");
        }
        ObjectNode without = cluster.get(foo).ok();
        without.remove(List.of("a", "b", "c"));
        JsonNode replaced = cluster.replace(foo, without).ok();
        assertThat(replaced.path("a").asText()
                        + replaced.path("b").asText()
                        + replaced.path("c").asText())
                .isEqualTo("ABC");
        ObjectNode status = cluster.get(foo).ok();
        status.set("status", yaml("{a: x}"));
        assertThat(cluster.replace(foo + "/status", status).ok().path("status")).isEqualTo(yaml("{a: x, b: B}"));
    }

    @Test
    void metadataWithinIsDefaultedButThatOfTheObjectIsNot() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", """
                type: object
                properties:
                  embedded:
                    type: object
                    x-kubernetes-embedded-resource: true
                    default: {apiVersion: foo/v1, kind: Foo, metadata: {name: fuzz}}
                    properties:
                      apiVersion: {type: string, default: foo/v1}
                      kind: {type: string, default: Foo}
                      metadata: {type: object, properties: {name: {type: string, default: Bar}}}
                """));
        JsonNode made = cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{embedded: {metadata: {}}}"))
                .ok();
        assertThat(made.path("embedded")).isEqualTo(yaml("{apiVersion: foo/v1, kind: Foo, metadata: {name: Bar}}"));
        JsonNode none = cluster.create(path(group, "v1", ""), gadget(group, "v1", "bar", "{}"))
                .ok();
        assertThat(none.path("embedded")).isEqualTo(yaml("{apiVersion: foo/v1, kind: Foo, metadata: {name: fuzz}}"));
        assertThat(cluster.create(
                                DEFINITIONS,
                                definition(
                                        cluster.newGroup(),
                                        "Cluster",
                                        "{type: object, properties: {metadata: {type: object, properties: {name: {type: string,"
                                                + " default: x}}}}}"))
                        .refused(422))
                .contains("openAPIV3Schema.properties[metadata]");
    }
}
