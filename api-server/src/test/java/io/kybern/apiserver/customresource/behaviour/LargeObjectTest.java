package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.APPLY;
import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.JSON_PATCH;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects that a body may bring, but etcd would not take. */
class LargeObjectTest {
    private static final int LIMIT = 3 << 19;
    private static final String TOO_LARGE = "etcdserver: request is too large";
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String newKind() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        return group;
    }

    private static ObjectNode large(String group, String name, int bytes) {
        return gadget(group, "v1", name, "{}").put("data", "x".repeat(bytes));
    }

    private static void isTooLarge(Cluster.Answer answer) {
        assertThat(answer.refused(500)).isEqualTo(TOO_LARGE);
        assertThat(answer.reason()).isEmpty();
    }

    @Test
    void everyWriteIsRefusedInTheWordsOfEtcd() {
        String group = newKind();
        String all = path(group, "v1", "");
        isTooLarge(cluster.create(all, large(group, "new", LIMIT)));
        String applied = large(group, "applied", LIMIT).toString();
        isTooLarge(cluster.patch(all + "/applied?fieldManager=m", APPLY, applied));
        ObjectNode stored = cluster.create(all, large(group, "kept", 10)).ok();
        isTooLarge(cluster.replace(all + "/kept", stored.deepCopy().put("data", "x".repeat(LIMIT))));
        isTooLarge(cluster.patch(all + "/kept", MERGE, "{\"data\":\"" + "x".repeat(LIMIT) + "\"}"));
        String add = "[{\"op\":\"add\",\"path\":\"/data\",\"value\":\"" + "x".repeat(LIMIT) + "\"}]";
        isTooLarge(cluster.patch(all + "/kept", JSON_PATCH, add));
        assertThat(cluster.get(all + "/kept").ok()).isEqualTo(stored);
        assertThat(cluster.get(all).ok().at("/items")).hasSize(1);
    }

    @Test
    void twoMebibytesAreNotEvenSent() {
        String group = newKind();
        Cluster.Answer answer = cluster.create(path(group, "v1", ""), large(group, "new", 2 << 20));
        assertThat(answer.refused(500))
                .startsWith("rpc error: code = ResourceExhausted desc = trying to send message larger than max (2097")
                .endsWith(" vs. 2097152)");
    }

    @Test
    void aDryRunStoresNothing() {
        String group = newKind();
        assertThat(cluster.create(path(group, "v1", "") + "?dryRun=All", large(group, "new", LIMIT))
                        .code())
                .isEqualTo(201);
    }

    @Test
    void managedFieldsGoFirst() {
        String group = newKind();
        String all = path(group, "v1", "");
        int beside =
                cluster.create(all, large(group, "small", 0)).ok().toString().length();
        ObjectNode fits = large(group, "fits1", LIMIT - beside);
        JsonNode stored = cluster.create(all, fits).ok();
        assertThat(stored.at("/metadata/managedFields").isMissingNode()).isTrue();
        assertThat(stored.path("data").asText()).hasSize(LIMIT - beside);
        isTooLarge(cluster.patch(
                all + "/fits2?fieldManager=m",
                APPLY,
                large(group, "fits2", LIMIT - beside).toString()));
    }

    @Test
    void whatTheOriginalStoresShorterIsMeasuredSo() {
        ObjectNode map = Cluster.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: escaped}}");
        map.putObject("data").put("key", "<".repeat(400_000)); // six bytes each in JSON, one in protobuf
        JsonNode stored = cluster.create(CONFIG_MAPS, map).ok();
        assertThat(stored.at("/data/key").asText()).hasSize(400_000);
    }

    @Test
    void aSchemaThatAllVersionsShareCountsOnce() {
        String group = cluster.newGroup();
        String schema = "{type: object, description: " + "x".repeat(900_000) + "}";
        ObjectNode twice = definition(group, "Cluster", schema);
        twice.withArray("/spec/versions").add(Gadgets.version("v2", "true, storage: false", schema));
        cluster.define(twice);
        String other = cluster.newGroup();
        ObjectNode different = definition(other, "Cluster", schema);
        different
                .withArray("/spec/versions")
                .add(Gadgets.version("v2", "true, storage: false", schema.replace("xx}", "xy}")));
        isTooLarge(cluster.create(DEFINITIONS, different));
    }
}
