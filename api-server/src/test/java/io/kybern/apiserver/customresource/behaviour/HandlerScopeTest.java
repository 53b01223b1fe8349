package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds are served in their scope and in no other. */
class HandlerScopeTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"Cluster", "Namespaced"})
    void pathsOfTheOtherScopeLeadNowhere(String scope) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, scope, ANYTHING);
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set(
                        "subresources",
                        yaml(
                                "{status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}"));
        cluster.define(definition);
        String mine = path(group, "v1", scope.equals("Cluster") ? "" : "default");
        String other = path(group, "v1", scope.equals("Cluster") ? "default" : "");
        ObjectNode made = cluster.create(mine, gadget(group, "v1", "bar", "{spec: {replicas: 1}}"))
                .ok();
        assertThat(cluster.create(other, gadget(group, "v1", "bar", "{}")).code())
                .isEqualTo(404);
        for (String part : List.of("", "/status", "/scale")) {
            assertThat(cluster.get(other + "/bar" + part).code()).isEqualTo(404);
            assertThat(cluster.replace(other + "/bar" + part, made).code()).isEqualTo(404);
            assertThat(cluster.patch(other + "/bar" + part, MERGE, "{\"metadata\":{\"annotations\":{\"test\":\"1\"}}}")
                            .code())
                    .isEqualTo(404);
            assertThat(cluster.delete(other + "/bar" + part).code()).isEqualTo(404);
        }
        assertThat(cluster.get(mine + "/bar").ok()).isEqualTo(made);
    }
}
