package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** CBOR, which is not switched on. */
class CborTest {
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
    void nobodyIsAnsweredInCbor() {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", ANYTHING);
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set(
                        "subresources",
                        yaml(
                                "{status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}"));
        cluster.define(definition);
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{spec: {replicas: 0}}"))
                .ok();
        for (String part : List.of("", "/status", "/scale")) {
            assertThat(cluster.get(path(group, "v1", "") + "/foo" + part, "application/cbor")
                            .code())
                    .isEqualTo(406);
        }
    }

    @Test
    void nobodyIsUnderstoodInCbor() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        Map<String, String> cbor = Map.of("Content-Type", "application/cbor");
        assertThat(cluster.send("POST", path(group, "v1", ""), "x", cbor).code())
                .isEqualTo(415);
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{}")).ok();
        assertThat(cluster.send("PUT", path(group, "v1", "") + "/foo", "x", cbor)
                        .code())
                .isEqualTo(415);
        assertThat(cluster.send(
                                "PATCH",
                                path(group, "v1", "") + "/foo",
                                "x",
                                Map.of("Content-Type", "application/apply-patch+cbor"))
                        .code())
                .isEqualTo(415);
    }
}
