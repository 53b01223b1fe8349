package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.JSON_PATCH;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Cluster.json;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Custom objects as tables, by the columns of their definition. */
class TableTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final String COLUMNS = "{c: [{name: Age, type: date, jsonPath: .metadata.creationTimestamp},"
            + " {name: Alpha, type: string, jsonPath: .spec.alpha},"
            + " {name: Beta, type: integer, description: the beta field, format: int64, priority: 42, jsonPath: .spec.beta},"
            + " {name: Gamma, type: integer, description: wrongly typed, jsonPath: .spec.gamma},"
            + " {name: Epsilon, type: string, description: an array, jsonPath: .spec.epsilon}]}";

    private static String defined(String columns) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", ANYTHING);
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set("additionalPrinterColumns", yaml(columns).path("c"));
        cluster.define(definition);
        return group;
    }

    private static JsonNode table(String group, String version) {
        return cluster.get(
                        path(group, "v1", ""),
                        "application/json;as=Table;v=%s;g=meta.k8s.io, application/json".formatted(version))
                .ok();
    }

    @ParameterizedTest
    @CsvSource({"v1", "v1beta1"})
    void cellsHaveTheTypeOfTheirColumnOrNothing(String version) {
        String group = defined(COLUMNS);
        cluster.create(
                        path(group, "v1", ""),
                        gadget(
                                group,
                                "v1",
                                "foo",
                                "{spec: {alpha: foo_123, beta: 10, gamma: bar, epsilon: [1, 2, 3]}}"))
                .ok();
        JsonNode table = table(group, version);
        assertThat(table.path("apiVersion").asText()).isEqualTo("meta.k8s.io/" + version);
        assertThat(table.path("columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "Age", "Alpha", "Beta", "Gamma", "Epsilon");
        assertThat(table.at("/columnDefinitions/3"))
                .isEqualTo(json(
                        "{\"name\":\"Beta\",\"type\":\"integer\",\"format\":\"int64\",\"description\":\"the beta field\","
                                + "\"priority\":42}"));
        JsonNode cells = table.at("/rows/0/cells");
        assertThat(cells.get(0).asText()).isEqualTo("foo");
        assertThat(cells.get(2).asText()).isEqualTo("foo_123");
        assertThat(cells.get(3).asInt()).isEqualTo(10);
        assertThat(cells.get(4).isNull()).isTrue();
        assertThat(cells.get(5).asText()).isEqualTo("[1,2,3]");
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
    }

    @Test
    void columnsCanBePatched() {
        String group = defined(COLUMNS);
        cluster.patch(
                        DEFINITIONS + "/" + name(group),
                        JSON_PATCH,
                        "[{\"op\":\"replace\",\"path\":\"/spec/versions/0/additionalPrinterColumns/1\","
                                + "\"value\":{\"name\":\"Omega\",\"type\":\"string\",\"jsonPath\":\".spec.omega\"}}]")
                .ok();
        eventually(
                () -> table(group, "v1"),
                t -> t.path("columnDefinitions").findValuesAsText("name").contains("Omega"));
    }

    @Test
    void withoutColumnsThereAreNameAndAge() {
        String group = defined(COLUMNS);
        cluster.patch(
                        DEFINITIONS + "/" + name(group),
                        JSON_PATCH,
                        "[{\"op\":\"remove\",\"path\":\"/spec/versions/0/additionalPrinterColumns\"}]")
                .ok();
        JsonNode table = eventually(
                () -> table(group, "v1"), t -> t.path("columnDefinitions").size() == 2);
        assertThat(table.path("columnDefinitions").findValuesAsText("name")).containsExactly("Name", "Age");
    }
}
