package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.APPLY;
import static io.kybern.apiserver.customresource.behaviour.Cluster.JSON_PATCH;
import static io.kybern.apiserver.customresource.behaviour.Cluster.JSON_TYPE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.YAML_TYPE;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies that are too large or too deep. */
class BodyLimitTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final int LIMIT = 3 << 20;

    private static String deep(int brackets) {
        return "[".repeat(brackets) + "]".repeat(brackets);
    }

    private static String object(String group, String values) {
        return "{\"apiVersion\":\"%s/v1\",\"kind\":\"Gadget\",\"metadata\":{\"name\":\"test\"},\"values\":"
                        .formatted(group)
                + values + "}";
    }

    @Test
    void whatIsTooDeepIsABadRequestInEveryForm() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        String all = path(group, "v1", "");
        for (String type : List.of(JSON_TYPE, YAML_TYPE)) {
            Map<String, String> headers = Map.of("Content-Type", type);
            assertThat(cluster.send("POST", all, object(group, deep(LIMIT / 2 - 500)), headers)
                            .code())
                    .as(type)
                    .isEqualTo(400);
            assertThat(cluster.send("POST", all, object(group, "[".repeat(LIMIT - 1000)), headers)
                            .code())
                    .as(type)
                    .isEqualTo(400);
        }
        cluster.create(all, gadget(group, "v1", "test", "{}")).ok();
        String value = deep(LIMIT / 2 - 200);
        assertThat(cluster.patch(
                                all + "/test",
                                JSON_PATCH,
                                "[{\"op\":\"add\",\"path\":\"/foo\",\"value\":" + value + "}]")
                        .code())
                .isEqualTo(400);
        assertThat(cluster.patch(all + "/test", MERGE, "{\"value\":" + value + "}")
                        .code())
                .isEqualTo(400);
        assertThat(cluster.patch(all + "/test?fieldManager=m", APPLY, object(group, value))
                        .code())
                .isEqualTo(400);
        assertThat(cluster.get(all + "/test").ok().has("value")).isFalse();
    }
}
