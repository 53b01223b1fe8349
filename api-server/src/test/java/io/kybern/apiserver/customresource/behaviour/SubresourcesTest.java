package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.APPLY;
import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status and scale of custom objects, and who may change what. */
class SubresourcesTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String defined(String schema) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Namespaced", schema);
        definition.withArray("/spec/versions").add(version("v2", "true, storage: false", schema));
        int i = 0;
        for (JsonNode version : definition.at("/spec/versions")) {
            ((ObjectNode) version)
                    .set(
                            "subresources",
                            yaml(
                                    "{status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas,"
                                            + " labelSelectorPath: .status.selector" + i++ + "}}"));
        }
        cluster.define(definition);
        return group;
    }

    private static ObjectNode made(String group, String version) {
        return cluster.create(
                        path(group, version, "default"),
                        gadget(group, version, "foo", "{spec: {num: 10, replicas: 3}, status: {replicas: 7}}"))
                .ok();
    }

    @ParameterizedTest
    @CsvSource({"v1", "v2"})
    void statusIsWrittenThereAndNowhereElse(String version) {
        String group = defined(ANYTHING);
        String foo = path(group, version, "default") + "/foo";
        ObjectNode made = made(group, version);
        assertThat(made.has("status")).isFalse();
        made.withObject("/status").put("num", 20);
        made.withObject("/spec").put("num", 20);
        ObjectNode status = cluster.replace(foo + "/status", made).ok();
        assertThat(status.at("/spec/num").asInt()).isEqualTo(10);
        assertThat(status.at("/status/num").asInt()).isEqualTo(20);
        status.withObject("/status").put("num", 40);
        status.withObject("/spec").put("num", 40);
        ObjectNode whole = cluster.replace(foo, status).ok();
        assertThat(whole.at("/spec/num").asInt()).isEqualTo(40);
        assertThat(whole.at("/status/num").asInt()).isEqualTo(20);
    }

    @Test
    void scaleIsReadAndWrittenWhereTheDefinitionSays() {
        String bad = cluster.newGroup();
        ObjectNode definition = definition(bad, "Namespaced", ANYTHING);
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set(
                        "subresources",
                        yaml("{scale: {specReplicasPath: 'foo,bar', statusReplicasPath: .status.replicas}}"));
        assertThat(cluster.create(DEFINITIONS, definition).refused(422))
                .contains("spec.subresources.scale.specReplicasPath: Invalid value: \"foo,bar\"");
        String group = defined(ANYTHING);
        String[] selectors = {"selector0", "selector1"};
        int i = 0;
        for (String version : List.of("v1", "v2")) {
            String foo = path(group, version, "default") + "/foo";
            ObjectNode object = made(group, version);
            object.withObject("/status").put(selectors[i++], "bar").put("replicas", 7);
            cluster.replace(foo + "/status", object).ok();
            ObjectNode scale = cluster.get(foo + "/scale").ok();
            assertThat(scale.path("kind").asText()).isEqualTo("Scale");
            assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(3);
            assertThat(scale.at("/status/selector").asText()).isEqualTo("bar");
            assertThat(scale.at("/status/replicas").asInt()).isEqualTo(7);
            scale.withObject("/spec").put("replicas", 5);
            assertThat(cluster.replace(foo + "/scale", scale)
                            .ok()
                            .at("/spec/replicas")
                            .asInt())
                    .isEqualTo(5);
            JsonNode after = cluster.get(foo).ok();
            assertThat(after.at("/spec/replicas").asInt()).isEqualTo(5);
            assertThat(after.at("/metadata/generation").asInt()).isEqualTo(2);
            cluster.delete(foo).ok();
        }
    }

    @Test
    void aScaleThatIsAppliedOwnsTheReplicasOfTheObject() {
        String group = defined(ANYTHING);
        String foo = path(group, "v1", "default") + "/foo";
        cluster.apply(
                        foo,
                        "owner",
                        "{apiVersion: %s/v1, kind: Gadget, metadata: {name: foo}, spec: {replicas: 3}}"
                                .formatted(group))
                .ok();
        String wish =
                "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: foo, namespace: default}, spec: {replicas: 17}}";
        assertThat(cluster.apply(foo + "/scale", "scaler", wish).refused(409)).contains("conflict with \"owner\"");
        cluster.patch(foo + "/scale?fieldManager=scaler&force=true", APPLY, wish)
                .ok();
        JsonNode after = cluster.get(foo).ok();
        assertThat(after.at("/spec/replicas").asInt()).isEqualTo(17);
        assertThat(after.at("/metadata/managedFields/0/manager").asText()).isEqualTo("scaler");
        assertThat(after.at("/metadata/managedFields/0/subresource").asText()).isEqualTo("scale");
        assertThat(after.at("/metadata/managedFields/1/fieldsV1")).isEqualTo(yaml("{f:spec: {}}"));
    }

    @Test
    void theSchemaOfARootWithStatusMayHaveMoreThanProperties() {
        String group = defined(
                "{type: object, description: x, required: [spec], properties: {spec: {type: object,"
                        + " x-kubernetes-preserve-unknown-fields: true}, status: {type: object, x-kubernetes-preserve-unknown-fields: true}}}");
        made(group, "v1");
    }

    @Test
    void anUpdateOfStatusIsHeldToTheSchemaOfStatusAlone() {
        String group = defined(
                "{type: object, properties: {spec: {type: object, properties: {num: {type: integer, maximum: 10},"
                        + " replicas: {type: integer}}}, status: {type: object, properties: {num: {type: integer, maximum: 10}}}}}");
        ObjectNode made = made(group, "v1");
        String foo = path(group, "v1", "default") + "/foo";
        made.withObject("/spec").put("num", 15);
        made.withObject("/status").put("num", 5);
        assertThat(cluster.replace(foo + "/status", made).ok().at("/status/num").asInt())
                .isEqualTo(5);
        ObjectNode now = cluster.get(foo).ok();
        now.withObject("/status").put("num", 15);
        assertThat(cluster.replace(foo + "/status", now).refused(422))
                .contains("status.num: Invalid value: 15: num in body should be less than or equal to 10");
    }

    @Test
    void discoveryTellsOfTheSubresources() {
        String group = defined(ANYTHING);
        JsonNode resources = cluster.get("/apis/" + group + "/v1").at("/resources");
        assertThat(resources.findValuesAsText("name")).containsExactly("gadgets", "gadgets/status", "gadgets/scale");
        assertThat(resources.get(1).path("kind").asText()).isEqualTo("Gadget");
        assertThat(resources.get(2).path("kind").asText()).isEqualTo("Scale");
        assertThat(resources.get(2).path("group").asText()).isEqualTo("autoscaling");
        assertThat(resources.get(1).path("verbs")).map(JsonNode::asText).containsExactly("get", "patch", "update");
    }

    @Test
    void theGenerationCountsChangesOfWhatIsWished() {
        String group = defined(ANYTHING);
        String foo = path(group, "v1", "default") + "/foo";
        ObjectNode made = made(group, "v1");
        assertThat(made.at("/metadata/generation").asInt()).isEqualTo(1);
        ObjectNode status =
                cluster.replace(foo + "/status", withNum(made, "status")).ok();
        assertThat(status.at("/metadata/generation").asInt()).isEqualTo(1);
        ObjectNode spec = cluster.replace(foo, withNum(status, "spec")).ok();
        assertThat(spec.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(cluster.patch(foo, MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                        .at("/metadata/generation")
                        .asInt())
                .isEqualTo(2);
    }

    private static ObjectNode withNum(ObjectNode object, String part) {
        object.withObject("/" + part).put("num", 20);
        return object;
    }

    @Test
    void patchesOfSubresourcesChangeOnlyThem() {
        String group = defined(ANYTHING);
        String foo = path(group, "v1", "default") + "/foo";
        made(group, "v1");
        String patch = "{\"spec\":{\"num\":999},\"status\":{\"num\":999}}";
        JsonNode status = cluster.patch(foo + "/status", MERGE, patch).ok();
        assertThat(status.at("/status/num").asInt()).isEqualTo(999);
        assertThat(status.at("/spec/num").asInt()).isEqualTo(10);
        assertThat(cluster.patch(foo + "/status", MERGE, patch).ok())
                .as("no write")
                .isEqualTo(status);
        String seven = "{\"spec\":{\"replicas\":7},\"status\":{\"replicas\":9}}";
        JsonNode scale = cluster.patch(foo + "/scale", MERGE, seven).ok();
        assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(7);
        assertThat(scale.at("/status/replicas").asInt()).isZero();
        assertThat(cluster.patch(foo + "/scale", MERGE, seven).ok().at("/metadata/resourceVersion"))
                .isEqualTo(scale.at("/metadata/resourceVersion"));
        assertThat(cluster.patch(foo + "/status", "application/strategic-merge-patch+json", patch)
                        .code())
                .isEqualTo(415);
        assertThat(cluster.patch(foo + "/scale", "application/strategic-merge-patch+json", seven)
                        .code())
                .isEqualTo(415);
    }
}
