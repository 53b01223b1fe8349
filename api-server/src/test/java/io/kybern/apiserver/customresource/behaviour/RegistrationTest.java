package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kinds come, go and come back. */
class RegistrationTest {
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
    void severalObjectsOfAKindAreIndependent() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String all = path(group, "v1", "default");
        try (WatchProbe watch = cluster.watch(all)) {
            for (String each : List.of("a", "b", "c")) {
                cluster.create(all, gadget(group, "v1", each, "{}")).ok();
                watch.next("ADDED", each);
            }
            assertThat(cluster.get(all).at("/items")).hasSize(3);
            cluster.delete(all + "/b").ok();
            watch.next("DELETED", "b");
            assertThat(cluster.get(all).at("/items").findValuesAsText("name")).containsExactly("a", "c");
        }
    }

    @Test
    void severalKindsOfAGroupAreIndependent() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        ObjectNode other = definition(group, "Cluster", ANYTHING);
        other.withObject("/metadata").put("name", "curlets." + group);
        other.withObject("/spec")
                .set("names", yaml("{plural: curlets, singular: curlet, kind: Curlet, listKind: CurletList}"));
        cluster.define(other);
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{}")).ok();
        cluster.create(
                        "/apis/" + group + "/v1/curlets",
                        gadget(group, "v1", "foo", "{}").put("kind", "Curlet"))
                .ok();
        assertThat(cluster.get("/apis/" + group + "/v1").at("/resources").findValuesAsText("name"))
                .containsExactlyInAnyOrder("gadgets", "curlets");
        assertThat(cluster.get("/apis/" + group + "/v1/curlets/foo").at("/kind").asText())
                .isEqualTo("Curlet");
    }

    @Test
    void aKindThatComesBackHasNoneOfItsFormerObjects() {
        String group = cluster.newGroup();
        String all = path(group, "v1", "default");
        for (int round = 0; round < 2; round++) {
            cluster.define(definition(group, "Namespaced", ANYTHING));
            assertThat(cluster.get(all).at("/items")).isEmpty();
            cluster.create(all, gadget(group, "v1", "foo", "{}")).ok();
            assertThat(cluster.get(all).at("/items")).hasSize(1);
            cluster.delete(DEFINITIONS + "/" + name(group)).ok();
            cluster.await(
                    DEFINITIONS + "/" + name(group), tree -> tree.path("code").asInt() == 404);
            cluster.await(all, tree -> !tree.has("items"));
        }
    }

    @Test
    void objectsOfDifferentScopeAreKeptApart() {
        String clustered = cluster.newGroup();
        String namespaced = cluster.newGroup();
        cluster.define(definition(clustered, "Cluster", ANYTHING));
        cluster.define(definition(namespaced, "Namespaced", ANYTHING));
        JsonNode one = cluster.create(path(clustered, "v1", ""), gadget(clustered, "v1", "foo", "{}"))
                .ok();
        JsonNode two = cluster.create(path(namespaced, "v1", "default"), gadget(namespaced, "v1", "foo", "{}"))
                .ok();
        assertThat(one.at("/metadata").has("namespace")).isFalse();
        assertThat(two.at("/metadata/namespace").asText()).isEqualTo("default");
    }
}
