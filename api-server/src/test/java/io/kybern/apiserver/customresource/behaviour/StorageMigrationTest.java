package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.customresource.behaviour.Cluster.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an administrator, or a migrator of theirs, does to be rid of a version that objects are stored in: another one is stored, each
 * object is written once as it is, the status of the definition forgets the former version, and then the definition does. (The
 * StorageVersionMigration of KEP-4192 is not served by default.)
 */
class StorageMigrationTest {
    private static final String SCHEMA = "{type: object, properties: {spec: {type: object, properties:"
            + " {host: {type: string}, port: {type: string}, hostPort: {type: string}}}}}";
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Ways to write an object as it is. */
    enum Write {
        REPLACE {
            @Override
            Answer of(String path, JsonNode object) {
                return cluster.replace(path, object);
            }
        },
        EMPTY_PATCH {
            @Override
            Answer of(String path, JsonNode object) {
                return cluster.patch(path, MERGE, "{}");
            }
        },
        EMPTY_JSON_PATCH {
            @Override
            Answer of(String path, JsonNode object) {
                return cluster.patch(path, Cluster.JSON_PATCH, "[]");
            }
        },
        /** What the controller of the original sends: nothing but which object it has seen. */
        APPLY {
            @Override
            Answer of(String path, JsonNode object) {
                ObjectNode applied = yaml("{metadata: {}}");
                applied.set("apiVersion", object.path("apiVersion"));
                applied.set("kind", object.path("kind"));
                for (String field : List.of("name", "uid", "resourceVersion")) {
                    ((ObjectNode) applied.path("metadata")).set(field, object.at("/metadata/" + field));
                }
                return cluster.apply(path, "storage-version-migrator-controller", applied.toString());
            }
        };

        abstract Answer of(String path, JsonNode object);
    }

    private static void define(String group, ObjectNode conversion) {
        ObjectNode definition = Gadgets.definition(group, "Cluster", SCHEMA);
        definition.withArray("/spec/versions").add(version("v2", "true, storage: false", SCHEMA));
        definition.withObject("/spec").set("conversion", conversion);
        cluster.define(definition);
    }

    private static void storeV2(String group) {
        cluster.redefine(
                        name(group),
                        d -> d.at("/spec/versions")
                                .forEach(v -> ((ObjectNode) v)
                                        .put("storage", v.path("name").asText().equals("v2"))))
                .ok();
        cluster.await(
                DEFINITIONS + "/" + name(group),
                d -> d.at("/status/storedVersions").toString().equals("[\"v1\",\"v2\"]"));
    }

    private static Answer setStored(String group, String versions) {
        return cluster.patch(
                DEFINITIONS + "/" + name(group) + "/status",
                MERGE,
                "{\"status\":{\"storedVersions\":" + versions + "}}");
    }

    @ParameterizedTest
    @EnumSource
    void aVersionGoesWhenNothingIsStoredInItAnyMore(Write write) {
        try (ConversionHook hook = new ConversionHook()) {
            String group = cluster.newGroup();
            define(group, hook.conversion("v1"));
            String v1 = path(group, "v1", "");
            String v2 = path(group, "v2", "");
            for (int i = 0; i < 3; i++) {
                cluster.create(v1, gadget(group, "v1", "foo-" + i, "{spec: {host: h, port: '1'}}"))
                        .ok();
            }
            storeV2(group);
            eventually(
                    () -> cluster.get("/apis/" + group + "/v1").at("/resources/0/storageVersionHash"),
                    hash -> hash.equals(cluster.get("/apis/" + group + "/v2").at("/resources/0/storageVersionHash")));
            assertThat(setStored(group, "[]").ok().at("/status/storedVersions"))
                    .as("none is not believed")
                    .isEqualTo(Cluster.json("[\"v2\"]"));
            setStored(group, "[\"v1\",\"v2\"]").ok();

            for (JsonNode object : cluster.get(v2).at("/items")) {
                String at = v2 + "/" + object.at("/metadata/name").asText();
                JsonNode written = write.of(at, object).ok();
                assertThat(written.at("/metadata/resourceVersion"))
                        .as("it was written")
                        .isNotEqualTo(object.at("/metadata/resourceVersion"));
                assertThat(written.at("/metadata/generation")).isEqualTo(object.at("/metadata/generation"));
                assertThat(written.path("spec")).isEqualTo(yaml("{hostPort: 'h:1'}"));
                assertThat(write.of(at, written).ok().at("/metadata/resourceVersion"))
                        .as("and need not be again")
                        .isEqualTo(written.at("/metadata/resourceVersion"));
            }
            hook.reviews().clear();
            assertThat(cluster.get(v2).at("/items")).hasSize(3);
            assertThat(hook.reviews()).as("all are stored in v2").isEmpty();
            assertThat(cluster.get(v1).at("/items/0/spec")).isEqualTo(yaml("{host: h, port: '1'}"));

            setStored(group, "[\"v2\"]").ok();
            cluster.redefine(name(group), d -> d.withArray("/spec/versions").remove(0))
                    .ok();
            eventually(() -> cluster.get(v1), answer -> answer.code() == 404);
            hook.spoil((review, answer) -> "{}");
            assertThat(cluster.get(v2).at("/items")).hasSize(3);
            cluster.get(v2 + "/foo-2").ok();
        }
    }

    @ParameterizedTest
    @EnumSource
    void watchersInEachVersionSeeTheMigration(Write write) {
        String group = cluster.newGroup();
        define(group, yaml("{strategy: None}"));
        String v1 = path(group, "v1", "");
        String v2 = path(group, "v2", "");
        cluster.create(v1, gadget(group, "v1", "foo", "{spec: {host: h}}")).ok();
        storeV2(group);
        eventually(
                () -> cluster.get("/apis/" + group + "/v1").at("/resources/0/storageVersionHash"),
                hash -> hash.equals(cluster.get("/apis/" + group + "/v2").at("/resources/0/storageVersionHash")));
        JsonNode object = cluster.get(v2 + "/foo").ok();
        try (WatchProbe former = cluster.watch(v1);
                WatchProbe latter = cluster.watch(v2)) {
            former.next("ADDED", "foo");
            latter.next("ADDED", "foo");
            JsonNode written = write.of(v2 + "/foo", object).ok();
            for (WatchProbe watch : List.of(former, latter)) {
                JsonNode seen = watch.next("MODIFIED", "foo");
                assertThat(seen.at("/metadata/resourceVersion")).isEqualTo(written.at("/metadata/resourceVersion"));
                assertThat(seen.path("apiVersion").asText()).isEqualTo(group + (watch == former ? "/v1" : "/v2"));
                assertThat(seen.path("spec")).isEqualTo(yaml("{host: h}"));
            }
        }
    }
}
