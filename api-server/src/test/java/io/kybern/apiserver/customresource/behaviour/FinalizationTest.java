package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.JSON_TYPE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.condition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects and kinds that wait for somebody before they go. */
class FinalizationTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final String FINALIZERS = "{metadata: {name: foo, finalizers: [noxu.example.com/finalizer]}}";

    @Test
    void anObjectWithAFinalizerStaysUntilThatIsGone() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String all = path(group, "v1", "default");
        JsonNode made =
                cluster.create(all, gadget(group, "v1", "foo", FINALIZERS)).ok();
        String uid = made.at("/metadata/uid").asText();
        cluster.send(
                        "DELETE",
                        all + "/foo",
                        "{\"preconditions\":{\"uid\":\"" + uid + "\"}}",
                        Map.of("Content-Type", JSON_TYPE))
                .ok();
        ObjectNode waiting = cluster.get(all + "/foo").ok();
        assertThat(waiting.at("/metadata/deletionTimestamp").asText()).isNotEmpty();
        waiting.withObject("/metadata").remove("finalizers");
        cluster.replace(all + "/foo", waiting).ok();
        assertThat(cluster.get(all + "/foo").code()).isEqualTo(404);
    }

    @Test
    void aDefinitionWaitsForTheLastOfItsObjects() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String all = path(group, "v1", "default");
        cluster.create(all, gadget(group, "v1", "foo", FINALIZERS)).ok();
        cluster.delete(all + "/foo").ok();
        cluster.delete(DEFINITIONS + "/" + name(group)).ok();
        cluster.await(
                DEFINITIONS + "/" + name(group),
                d -> condition(d, "Terminating").equals("True"));
        assertThat(cluster.get(all + "/foo").ok().at("/metadata").has("deletionTimestamp"))
                .isTrue();
        cluster.patch(all + "/foo", MERGE, "{\"metadata\":{\"finalizers\":null}}")
                .ok();
        cluster.await(DEFINITIONS + "/" + name(group), d -> d.path("code").asInt() == 404);
        assertThat(cluster.get(all + "/foo").code()).isEqualTo(404);
    }

    @Test
    void nothingIsAppliedAnewWhileTheDefinitionGoes() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String all = path(group, "v1", "default");
        cluster.create(all, gadget(group, "v1", "foo", FINALIZERS)).ok();
        cluster.delete(DEFINITIONS + "/" + name(group)).ok();
        cluster.await(
                DEFINITIONS + "/" + name(group),
                d -> condition(d, "Terminating").equals("True"));
        String wish = "{apiVersion: %s/v1, kind: Gadget, metadata: {name: %s, labels: {a: b}}}";
        assertThat(cluster.apply(all + "/bar", "m", wish.formatted(group, "bar"))
                        .refused(403))
                .endsWith("create not allowed while custom resource definition is terminating");
        cluster.apply(all + "/foo", "m", wish.formatted(group, "foo")).ok();
        cluster.patch(all + "/foo", MERGE, "{\"metadata\":{\"finalizers\":null}}")
                .ok();
        cluster.await(DEFINITIONS + "/" + name(group), d -> d.path("code").asInt() == 404);
    }

    @Test
    void aDefinitionThatStaysAfterItsObjectsAreGoneTakesNewOnes() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String all = path(group, "v1", "default");
        cluster.create(all, gadget(group, "v1", "foo", "{metadata: {name: foo}}"))
                .ok();
        String kind = DEFINITIONS + "/" + name(group);
        cluster.patch(kind, MERGE, "{\"metadata\":{\"finalizers\":[\"example.com/keeps\"]}}")
                .ok();
        cluster.delete(kind).ok();
        cluster.await(kind, d -> condition(d, "Terminating").equals("False"));
        assertThat(cluster.get(all + "/foo").code()).isEqualTo(404);
        cluster.create(all, gadget(group, "v1", "bar", "{metadata: {name: bar}}"))
                .ok();
        cluster.patch(kind, MERGE, "{\"metadata\":{\"finalizers\":null}}").ok();
        cluster.await(kind, d -> d.path("code").asInt() == 404);
    }
}
