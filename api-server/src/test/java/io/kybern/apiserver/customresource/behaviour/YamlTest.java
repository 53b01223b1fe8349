package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.YAML_TYPE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.customresource.behaviour.Cluster.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Custom objects as YAML. */
class YamlTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Answer send(String method, String path, String type, String body) {
        return cluster.send(method, path, body, Map.of("Accept", YAML_TYPE, "Content-Type", type));
    }

    @Test
    void everythingButAWatchCanBeAskedForAsYaml() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        String all = path(group, "v1", "");
        assertThat(yaml(cluster.get("/apis/" + group + "/v1", YAML_TYPE).text())
                        .path("kind")
                        .asText())
                .isEqualTo("APIResourceList");
        Answer missing = cluster.get(all + "/missing", YAML_TYPE);
        assertThat(missing.code()).isEqualTo(404);
        assertThat(yaml(missing.text()).path("reason").asText()).isEqualTo("NotFound");
        String sent = """
                apiVersion: %s/v1
                kind: Gadget
                metadata: {name: mytest}
                values: {numVal: 1, boolVal: true, stringVal: "1"}
                """.formatted(group);
        Answer made = send("POST", all, YAML_TYPE, sent);
        assertThat(made.code()).isEqualTo(201);
        assertThat(made.headers().first("Content-Type").orElse("")).isEqualTo(YAML_TYPE);
        assertThat(yaml(made.text()).path("values")).isEqualTo(yaml("{numVal: 1, boolVal: true, stringVal: '1'}"));
        assertThat(yaml(cluster.get(all + "/mytest", YAML_TYPE).text())).isEqualTo(yaml(made.text()));
        JsonNode list = yaml(cluster.get(all, YAML_TYPE).text());
        assertThat(list.path("kind").asText()).isEqualTo("GadgetItems");
        assertThat(list.path("items")).hasSize(1);
        assertThat(cluster.get(all + "?watch=true", YAML_TYPE).code()).isEqualTo(406);
        Answer replaced =
                send("PUT", all + "/mytest", YAML_TYPE, made.text().replace("boolVal: true", "boolVal: false"));
        assertThat(yaml(replaced.text()).at("/values/boolVal").asBoolean()).isFalse();
        assertThat(send("PATCH", all + "/mytest", YAML_TYPE, "values: {numVal: 2}")
                        .code())
                .isEqualTo(415);
        Answer patched = send("PATCH", all + "/mytest", MERGE, "{\"values\":{\"numVal\":2}}");
        assertThat(yaml(patched.text()).at("/values/numVal").asInt()).isEqualTo(2);
        String options = "apiVersion: v1\nkind: DeleteOptions\npreconditions: {uid: %s}";
        assertThat(send("DELETE", all + "/mytest", YAML_TYPE, options.formatted("other"))
                        .code())
                .isEqualTo(409);
        String uid = yaml(made.text()).at("/metadata/uid").asText();
        assertThat(yaml(send("DELETE", all + "/mytest", YAML_TYPE, options.formatted(uid))
                                .text())
                        .path("status")
                        .asText())
                .isEqualTo("Success");
    }

    @Test
    void subresourcesToo() {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", ANYTHING);
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set(
                        "subresources",
                        yaml(
                                "{status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}"));
        cluster.define(definition);
        String all = path(group, "v1", "");
        Answer made = send(
                "POST",
                all,
                YAML_TYPE,
                "apiVersion: %s/v1\nkind: Gadget\nmetadata: {name: foo}\nspec: {replicas: 3}\n".formatted(group));
        Answer status = send("PUT", all + "/foo/status", YAML_TYPE, made.text() + "status: {replicas: 7}\n");
        assertThat(yaml(status.text()).at("/status/replicas").asInt()).isEqualTo(7);
        Answer scale = cluster.get(all + "/foo/scale", YAML_TYPE);
        assertThat(yaml(scale.text()).at("/status/replicas").asInt()).isEqualTo(7);
        Answer scaled = send("PUT", all + "/foo/scale", YAML_TYPE, scale.text().replace("replicas: 3", "replicas: 5"));
        assertThat(yaml(scaled.text()).at("/spec/replicas").asInt()).isEqualTo(5);
    }
}
