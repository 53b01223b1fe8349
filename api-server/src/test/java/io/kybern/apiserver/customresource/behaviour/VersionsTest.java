package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.threeVersions;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds with several versions: which are served, which one is stored, and what of each survives another. */
class VersionsTest {
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
    void anApplyInAVersionThatIsNotTheStoredOneKnowsThatOne() {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, "Cluster"));
        JsonNode applied = cluster.apply(
                        path(group, "v0", "") + "/foo",
                        "m",
                        "{apiVersion: %s/v0, kind: Gadget, metadata: {name: foo}, spec: {a: 1}}".formatted(group))
                .ok();
        assertThat(applied.at("/metadata/managedFields/0/apiVersion").asText()).isEqualTo(group + "/v0");
        JsonNode again = cluster.apply(
                        path(group, "v1beta1", "") + "/foo",
                        "m",
                        "{apiVersion: %s/v1beta1, kind: Gadget, metadata: {name: foo}, spec: {b: 1}}".formatted(group))
                .ok();
        assertThat(again.path("spec")).isEqualTo(Cluster.yaml("{b: 1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespaced", "Cluster"})
    void aVersionThatIsNoLongerServedIsGone(String scope) {
        String group = cluster.newGroup();
        String namespace = scope.equals("Cluster") ? "" : "default";
        cluster.define(threeVersions(group, scope));
        cluster.create(path(group, "v0", namespace), gadget(group, "v0", "foo", "{}"))
                .ok();
        cluster.redefine(name(group), d -> ((ObjectNode) d.at("/spec/versions/2")).put("served", false))
                .ok();
        eventually(() -> cluster.get(path(group, "v0", namespace) + "/foo"), answer -> answer.code() == 404);
        cluster.get(path(group, "v1beta1", namespace) + "/foo").ok();
        assertThat(cluster.get("/apis/" + group).ok().findValuesAsText("version"))
                .doesNotContain("v0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespaced", "Cluster"})
    void statusKeepsEveryVersionThatWasEverStored(String scope) {
        String group = cluster.newGroup();
        ObjectNode made = cluster.define(threeVersions(group, scope));
        assertThat(stored(made)).containsExactly("v1beta1");
        cluster.redefine(name(group), d -> {
                    ((ObjectNode) d.at("/spec/versions/0")).put("storage", false);
                    ((ObjectNode) d.at("/spec/versions/2")).put("storage", true);
                })
                .ok();
        JsonNode both =
                cluster.await(DEFINITIONS + "/" + name(group), d -> stored(d).size() == 2);
        assertThat(stored(both)).containsExactly("v1beta1", "v0");
        assertThat(cluster.redefine(
                                name(group), d -> d.withArray("/spec/versions").remove(0))
                        .refused(422))
                .contains("status.storedVersions[0]: Invalid value: \"v1beta1\": missing from spec.versions");
        cluster.patch(DEFINITIONS + "/" + name(group) + "/status", MERGE, "{\"status\":{\"storedVersions\":[\"v0\"]}}")
                .ok();
        cluster.redefine(name(group), d -> d.withArray("/spec/versions").remove(0))
                .ok();
    }

    private static List<String> stored(JsonNode definition) {
        return definition
                .at("/status/storedVersions")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    void whatWasStoredByAFormerVersionIsReadByItsSchema() {
        String group = cluster.newGroup();
        ObjectNode definition = threeVersions(group, "Cluster");
        definition.withArray("/spec/versions").removeAll();
        definition
                .withArray("/spec/versions")
                .add(version("v1", "true, storage: true", "{type: object, properties: {old: {type: string}}}"))
                .add(version("v2", "true, storage: false", "{type: object, properties: {young: {type: string}}}"));
        cluster.define(definition);
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{old: kept}"))
                .ok();
        cluster.redefine(name(group), d -> {
                    ((ObjectNode) d.at("/spec/versions/0")).put("storage", false);
                    ((ObjectNode) d.at("/spec/versions/1")).put("storage", true);
                })
                .ok();
        cluster.await(DEFINITIONS + "/" + name(group), d -> stored(d).size() == 2);
        assertThat(cluster.get(path(group, "v1", "") + "/foo").ok().path("old").asText())
                .isEqualTo("kept");
        assertThat(cluster.get(path(group, "v2", "") + "/foo").ok().has("old")).isFalse();
        String before = cluster.get(path(group, "v2", "") + "/foo")
                .at("/metadata/resourceVersion")
                .asText();
        ObjectNode same = cluster.get(path(group, "v2", "") + "/foo").ok();
        JsonNode migrated =
                cluster.replace(path(group, "v2", "") + "/foo", same).ok();
        assertThat(migrated.at("/metadata/resourceVersion").asText())
                .as("an update that changes nothing stores the object in the new version")
                .isNotEqualTo(before);
        assertThat(cluster.get(path(group, "v1", "") + "/foo").ok().has("old")).isFalse();
    }
}
