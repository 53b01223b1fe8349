package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.threeVersions;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be done with objects of a kind as soon as it is defined. */
class ObjectsOfCustomKindsTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
        for (String namespace : List.of("one", "two")) {
            cluster.create("/api/v1/namespaces", "{metadata: {name: %s}}".formatted(namespace))
                    .ok();
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aServerWithoutDefinitionsHasTheApiOfDefinitions() {
        assertThat(cluster.get("/apis/apiextensions.k8s.io/v1").ok().findValuesAsText("name"))
                .contains("customresourcedefinitions", "customresourcedefinitions/status");
    }

    @ParameterizedTest
    @CsvSource({"Namespaced,one", "Cluster,''"})
    void everyServedVersionShowsTheSameObject(String scope, String namespace) {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, scope));
        lifeInEveryVersion(group, namespace);
        selectedByName(group, namespace);
    }

    private static void lifeInEveryVersion(String group, String namespace) {
        assertThat(cluster.get(path(group, "v1beta2", namespace)).code()).isEqualTo(404);
        for (String version : List.of("v1beta1", "v0")) {
            String beta = path(group, "v1beta1", namespace);
            String old = path(group, "v0", namespace);
            try (WatchProbe seesBeta = cluster.watch(beta + "?resourceVersion=" + revision(beta));
                    WatchProbe seesOld = cluster.watch(old + "?resourceVersion=" + revision(old))) {
                JsonNode made = cluster.create(path(group, version, namespace), gadget(group, version, "foo", "{}"))
                        .ok();
                assertThat(made.path("apiVersion").asText()).isEqualTo(group + "/" + version);
                assertThat(made.at("/metadata/uid").asText()).isNotEmpty();
                assertThat(seesBeta.next("ADDED", "foo").path("apiVersion").asText())
                        .isEqualTo(group + "/v1beta1");
                assertThat(seesOld.next("ADDED", "foo").path("apiVersion").asText())
                        .isEqualTo(group + "/v0");
                for (String reader : List.of("v1beta1", "v0")) {
                    String all = path(group, reader, namespace);
                    ObjectNode read = cluster.get(all + "/foo").ok();
                    assertThat(read.path("apiVersion").asText()).isEqualTo(group + "/" + reader);
                    JsonNode list = cluster.get(all).ok();
                    assertThat(list.path("kind").asText()).isEqualTo("GadgetItems");
                    assertThat(list.path("items")).hasSize(1);
                    assertThat(list.at("/items/0/apiVersion").asText()).isEqualTo(group + "/" + reader);
                    cluster.replace(all + "/foo", read.put("updated", reader)).ok();
                    assertThat(seesBeta.next("MODIFIED", "foo").path("updated").asText())
                            .isEqualTo(reader);
                    assertThat(seesOld.next("MODIFIED", "foo").at("/metadata/uid"))
                            .isEqualTo(made.at("/metadata/uid"));
                }
                cluster.delete(path(group, version, namespace) + "/foo?gracePeriodSeconds=0")
                        .ok();
                seesBeta.next("DELETED", "foo");
                seesOld.next("DELETED", "foo");
                assertThat(cluster.get(beta).at("/items")).isEmpty();
                cluster.delete(beta).ok();
            }
        }
    }

    private static String revision(String path) {
        return cluster.get(path).at("/metadata/resourceVersion").asText();
    }

    private static void selectedByName(String group, String namespace) {
        String all = path(group, "v1beta1", namespace);
        try (WatchProbe foo =
                cluster.watch(all + "?fieldSelector=metadata.name%3Dfoo&resourceVersion=" + revision(all))) {
            cluster.create(all, gadget(group, "v1beta1", "bar", "{}")).ok();
            JsonNode made =
                    cluster.create(all, gadget(group, "v1beta1", "foo", "{}")).ok();
            assertThat(foo.next("ADDED", "foo")).isEqualTo(made);
            assertThat(cluster.get(all + "/foo").ok()).isEqualTo(made);
            assertThat(cluster.get(all + "?fieldSelector=metadata.name%3Dfoo").at("/items"))
                    .containsExactly(made);
            cluster.delete(all + "/bar").ok();
            cluster.delete(all + "/foo").ok();
            assertThat(foo.next("DELETED", "foo").at("/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
            foo.nothingMore();
        }
    }

    @Test
    void whatIsNoObjectOfTheKindIsRefused() {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, "Cluster"));
        String all = path(group, "v1beta1", "");
        assertThat(cluster.create(all, "{}").refused(400))
                .isEqualTo(
                        "the object provided is unrecognized (must be of type Gadget): Object 'Kind' is missing in '{}' ({})");
        assertThat(cluster.create(all, "{apiVersion: %s/v1beta1, kind: Gadget}".formatted(group))
                        .reason())
                .isEqualTo("Invalid");
    }

    @Test
    void discoveryTellsOfTheKind() {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, "Namespaced"));
        JsonNode found = cluster.get("/apis/" + group).ok();
        // v0 counts as stable.
        assertThat(found.at("/preferredVersion/version").asText()).isEqualTo("v0");
        assertThat(found.findValuesAsText("version")).doesNotContain("v1beta2");
        JsonNode resource = cluster.get("/apis/" + group + "/v1beta1").at("/resources/0");
        assertThat(resource.path("name").asText()).isEqualTo("gadgets");
        assertThat(resource.path("singularName").asText()).isEqualTo("gadget");
        assertThat(resource.path("kind").asText()).isEqualTo("Gadget");
        assertThat(resource.path("namespaced").asBoolean()).isTrue();
        assertThat(resource.path("shortNames")).map(JsonNode::asText).containsExactly("gx", "gy");
        assertThat(resource.path("verbs"))
                .map(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
    }

    @Test
    void anObjectOfANamespacedKindNeedsANamespace() {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, "Namespaced"));
        JsonNode list = cluster.get(path(group, "v1beta1", "")).ok();
        assertThat(list.path("items")).isEmpty();
        assertThat(list.path("kind").asText()).isEqualTo("GadgetItems");
        assertThat(cluster.create(path(group, "v1beta1", ""), gadget(group, "v1beta1", "foo", "{}"))
                        .code())
                .isIn(404, 405);
    }

    @Test
    void namespacesHaveTheirOwnObjectsOfOneName() {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, "Namespaced"));
        lifeInEveryVersion(group, "one");
        lifeInEveryVersion(group, "two");
    }

    @Test
    void largeIntegersStayWhatTheyAre() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        String text = cluster.create(
                        path(group, "v1", ""),
                        gadget(group, "v1", "foo", "{num: {num1: 9223372036854775807, num2: 1000000}}"))
                .text();
        assertThat(text).contains("\"num\":{\"num1\":9223372036854775807,\"num2\":1000000}");
    }

    @Test
    void aPatchThatChangesNothingIsNoWrite() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        String foo = path(group, "v1", "") + "/foo";
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{num: {num1: 9223372036854775807, num2: 1}}"))
                .ok();
        JsonNode patched = cluster.patch(foo, MERGE, "{\"num\":{\"num2\":999}}").ok();
        assertThat(patched.at("/num/num2").asLong()).isEqualTo(999);
        assertThat(patched.at("/num/num1").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(cluster.patch(foo, MERGE, "{\"num\":{\"num2\":999}}").ok()).isEqualTo(patched);
        assertThat(cluster.patch(foo, MERGE, "{}").ok()).isEqualTo(patched);
    }

    @Test
    void aListAndAWatchOfAllNamespacesSeeThoseOfEach() {
        String group = cluster.newGroup();
        cluster.define(threeVersions(group, "Namespaced"));
        String everywhere = path(group, "v1beta1", "");
        String start = revision(everywhere);
        try (WatchProbe all = cluster.watch(everywhere + "?resourceVersion=" + start);
                WatchProbe one = cluster.watch(path(group, "v1beta1", "one") + "?resourceVersion=" + start);
                WatchProbe two = cluster.watch(path(group, "v1beta1", "two") + "?resourceVersion=" + start)) {
            JsonNode first = cluster.create(path(group, "v1beta1", "one"), gadget(group, "v1beta1", "foo1", "{}"))
                    .ok();
            JsonNode second = cluster.create(path(group, "v1beta1", "two"), gadget(group, "v1beta1", "foo2", "{}"))
                    .ok();
            assertThat(cluster.get(everywhere).at("/items")).containsExactly(first, second);
            assertThat(all.next("ADDED", "foo1")).isEqualTo(first);
            assertThat(all.next("ADDED", "foo2")).isEqualTo(second);
            assertThat(one.next("ADDED", "foo1")).isEqualTo(first);
            assertThat(two.next("ADDED", "foo2")).isEqualTo(second);
            one.nothingMore();
            two.nothingMore();
        }
    }

    @Test
    void whoWantsTakenNamesGetsThemWhenTheyAreFree() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        ObjectNode second = definition(group, "Namespaced", ANYTHING);
        second.withObject("/metadata").put("name", "widgets." + group);
        second.withObject("/spec/names").put("plural", "widgets").put("singular", "widget");
        cluster.create(DEFINITIONS, second).ok();
        String path = DEFINITIONS + "/widgets." + group;
        cluster.await(path, tree -> Cluster.condition(tree, "NamesAccepted").equals("False"));
        cluster.delete(DEFINITIONS + "/" + name(group)).ok();
        cluster.await(path, tree -> Cluster.condition(tree, "NamesAccepted").equals("True"));
    }

    @Test
    void theStatusOfADefinitionCanBeReadAndPatched() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String status = DEFINITIONS + "/" + name(group) + "/status";
        assertThat(cluster.get(status).ok().path("kind").asText()).isEqualTo("CustomResourceDefinition");
        cluster.patch(status, "application/strategic-merge-patch+json", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                .ok();
    }
}
