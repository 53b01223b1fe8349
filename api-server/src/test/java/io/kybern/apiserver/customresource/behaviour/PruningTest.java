package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the schema does not know is not kept. */
class PruningTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final String PRESERVING = """
            type: object
            x-kubernetes-preserve-unknown-fields: true
            properties:
              alpha: {type: string}
              preserving:
                type: object
                x-kubernetes-preserve-unknown-fields: true
                properties: {preserving: {type: object, x-kubernetes-preserve-unknown-fields: true}, pruning: {type: object}}
              pruning:
                type: object
                properties: {preserving: {type: object, x-kubernetes-preserve-unknown-fields: true}, pruning: {type: object}}
            """;
    private static final String EMBEDDED = """
            type: object
            properties:
              prunes: {type: object, x-kubernetes-embedded-resource: true, properties: {specified: {type: string}}}
              keeps: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
              nests:
                type: object
                x-kubernetes-embedded-resource: true
                x-kubernetes-preserve-unknown-fields: true
                properties:
                  prunes: {type: object, x-kubernetes-embedded-resource: true, properties: {specified: {type: string}}}
            """;

    private static String defined(String schema) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", schema);
        ((ObjectNode) definition.at("/spec/versions/0")).set("subresources", yaml("{status: {}}"));
        cluster.define(definition);
        return group;
    }

    @Test
    void anObjectIsPrunedWhenItIsMade() {
        String group = defined("{type: object, properties: {alpha: {type: string}, beta: {type: number}}}");
        JsonNode made = cluster.create(
                        path(group, "v1", ""),
                        gadget(group, "v1", "foo", "{alpha: abc, beta: 42.0, unspecified: bar, spec: {x: 1}}"))
                .ok();
        assertThat(made.has("unspecified")).isFalse();
        assertThat(made.has("spec")).isFalse();
        assertThat(made.path("alpha").asText()).isEqualTo("abc");
        assertThat(made.path("beta").asDouble()).isEqualTo(42.0);
    }

    @Test
    void aStatusIsPruned() {
        String group = defined("{type: object, properties: {status: {type: object, properties: {alpha: {type: string},"
                + " beta: {type: number}}}}}");
        ObjectNode made = cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{}"))
                .ok();
        made.set("status", yaml("{alpha: abc, beta: 42.0, unspecified: bar}"));
        assertThat(cluster.replace(path(group, "v1", "") + "/foo/status", made)
                        .ok()
                        .path("status"))
                .isEqualTo(yaml("{alpha: abc, beta: 42}"));
    }

    @Test
    void whatWasStoredUnderAnotherSchemaIsPrunedWhenItIsRead() {
        String group = defined("{type: object, properties: {alpha: {type: string}, former: {type: string}}}");
        String foo = path(group, "v1", "") + "/foo";
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{alpha: abc, former: x}"))
                .ok();
        cluster.redefine(
                        name(group),
                        d -> d.withObject("/spec/versions/0/schema/openAPIV3Schema/properties")
                                .remove("former"))
                .ok();
        JsonNode read = cluster.await(foo, tree -> tree.has("alpha") && !tree.has("former"));
        assertThat(read.path("alpha").asText()).isEqualTo("abc");
        assertThat(cluster.get(path(group, "v1", "")).at("/items/0").has("former"))
                .isFalse();
    }

    @Test
    void aPatchBringsNoUnknownFields() {
        String group = defined("{type: object, properties: {alpha: {type: string}}}");
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{}")).ok();
        JsonNode patched = cluster.patch(
                        path(group, "v1", "") + "/foo", MERGE, "{\"alpha\":\"abc\",\"unspecified\":\"bar\"}")
                .ok();
        assertThat(patched.path("alpha").asText()).isEqualTo("abc");
        assertThat(patched.has("unspecified")).isFalse();
    }

    @Test
    void preservingHoldsDownToThePropertiesThatAreSpecified() {
        String group = defined(PRESERVING);
        JsonNode made = cluster.create(
                        path(group, "v1", ""),
                        gadget(
                                group,
                                "v1",
                                "foo",
                                "{alpha: foo, unspecified: bar, preserving: {unspecified: bar, preserving: {unspecified: bar},"
                                        + " pruning: {unspecified: bar}}, pruning: {unspecified: bar, preserving: {unspecified: bar},"
                                        + " pruning: {unspecified: bar}}}"))
                .ok();
        assertThat(made.path("unspecified").asText()).isEqualTo("bar");
        assertThat(made.path("preserving"))
                .isEqualTo(yaml("{unspecified: bar, preserving: {unspecified: bar}, pruning: {}}"));
        assertThat(made.path("pruning")).isEqualTo(yaml("{preserving: {unspecified: bar}, pruning: {}}"));
    }

    @Test
    void embeddedResourcesKeepWhatEveryObjectHas() {
        String group = defined(EMBEDDED);
        String inner = "apiVersion: foo/v1, kind: Foo, metadata: {name: foo, unspecified: bar}, unspecified: bar";
        JsonNode made = cluster.create(
                        path(group, "v1", ""),
                        gadget(
                                group,
                                "v1",
                                "foo",
                                "{prunes: {%s, specified: bar}, keeps: {%s}, nests: {%s, prunes: {%s, specified: bar}}}"
                                        .formatted(inner, inner, inner, inner)))
                .ok();
        String kept = "apiVersion: foo/v1, kind: Foo, metadata: {name: foo}";
        assertThat(made.path("prunes")).isEqualTo(yaml("{%s, specified: bar}".formatted(kept)));
        assertThat(made.path("keeps")).isEqualTo(yaml("{%s, unspecified: bar}".formatted(kept)));
        assertThat(made.path("nests"))
                .isEqualTo(yaml("{%s, unspecified: bar, prunes: {%s, specified: bar}}".formatted(kept, kept)));
    }
}
