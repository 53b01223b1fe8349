package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
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

/** Objects selected by the fields that their definition names. */
class FieldSelectorTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String defined() {
        String group = cluster.newGroup();
        String schema = "{type: object, properties: {spec: {type: object, properties: {color: {type: string},"
                + " quantity: {type: integer}, foo: {type: string}, bar: {type: boolean}}}}}";
        ObjectNode definition = definition(group, "Namespaced", schema);
        definition
                .withArray("/spec/versions")
                .add(version(
                        "v1beta1",
                        "true, storage: false",
                        schema.replace("{type: object, prop", "{description: other, type: object, prop")));
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set(
                        "selectableFields",
                        yaml("{f: [{jsonPath: .spec.color}, {jsonPath: .spec.quantity},"
                                        + " {jsonPath: .spec.foo}, {jsonPath: .spec.bar}]}")
                                .path("f"));
        ((ObjectNode) definition.at("/spec/versions/1"))
                .set("selectableFields", yaml("{f: [{jsonPath: .spec.color}]}").path("f"));
        cluster.define(definition);
        return group;
    }

    private static void fill(String group) {
        String all = path(group, "v1", "default");
        for (String each : List.of("blue/10/true", "blue/20/false", "green/10/true", "red/10/true")) {
            String[] parts = each.split("/");
            cluster.create(
                            all,
                            gadget(
                                    group,
                                    "v1",
                                    parts[0] + parts[1],
                                    "{spec: {color: %s, quantity: %s, bar: %s}}"
                                            .formatted(parts[0], parts[1], parts[2])))
                    .ok();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v1 | spec.color=blue | blue10,blue20
            v1 | spec.color!=blue | green10,red10
            v1 | spec.color=blue,spec.quantity=10 | blue10
            v1 | spec.quantity!=10 | blue20
            v1 | spec.bar=true,spec.color=red | red10
            v1 | spec.foo= | blue10,blue20,green10,red10
            v1 | spec.color=blue,metadata.name!=blue10 | blue20
            v1beta1 | spec.color=green | green10
            """)
    void listsAndCollectionsAreWhatTheSelectorChooses(String version, String selector, String names) {
        String group = defined();
        fill(group);
        String query = "?fieldSelector=" + selector.replace("=", "%3D").replace("!", "%21");
        String all = path(group, version, "default");
        assertThat(cluster.get(all + query).at("/items"))
                .map(i -> i.at("/metadata/name").asText())
                .containsExactly(names.split(","));
        cluster.delete(all + query).ok();
        assertThat(cluster.get(all + query).at("/items")).isEmpty();
        assertThat(cluster.get(all).at("/items")).hasSize(4 - names.split(",").length);
    }

    @Test
    void aFieldThatTheVersionDoesNotNameIsRefused() {
        String group = defined();
        assertThat(cluster.get(path(group, "v1beta1", "default") + "?fieldSelector=spec.quantity%3D10")
                        .refused(400))
                .contains("field label not supported: spec.quantity");
        assertThat(cluster.get(path(group, "v1", "default") + "?fieldSelector=spec.other%3D10")
                        .refused(400))
                .contains("field label not supported: spec.other");
    }

    @Test
    void aWatchSeesObjectsComeIntoAndLeaveTheSelection() {
        String group = defined();
        String all = path(group, "v1", "default");
        try (WatchProbe watch = cluster.watch(all + "?fieldSelector=spec.color%3Dblue")) {
            cluster.create(all, gadget(group, "v1", "other", "{spec: {color: green}}"))
                    .ok();
            cluster.create(all, gadget(group, "v1", "foo", "{spec: {color: blue}}"))
                    .ok();
            watch.next("ADDED", "foo");
            cluster.patch(all + "/foo", MERGE, "{\"spec\":{\"color\":\"green\"}}")
                    .ok();
            watch.next("DELETED", "foo");
            cluster.patch(all + "/foo", MERGE, "{\"spec\":{\"color\":\"blue\",\"quantity\":1}}")
                    .ok();
            watch.next("ADDED", "foo");
            cluster.patch(all + "/foo", MERGE, "{\"spec\":{\"quantity\":2}}").ok();
            watch.next("MODIFIED", "foo");
        }
    }

    @Test
    void openApiTellsOfTheSelectableFields() {
        String group = defined();
        String pointer = "/x-kubernetes-selectable-fields";
        JsonNode three = cluster.get("/openapi/v3/apis/" + group + "/v1").ok();
        assertThat(selectable(three.at("/components/schemas"), pointer))
                .containsExactly("spec.color", "spec.quantity", "spec.foo", "spec.bar");
        JsonNode two = eventually(
                        () -> cluster.get("/openapi/v2"), a -> a.text().contains(group))
                .tree();
        assertThat(two.path("definitions").properties())
                .filteredOn(e -> e.getKey().endsWith("v1beta1.Gadget")
                        && e.getValue().toString().contains(group))
                .allMatch(
                        e -> e.getValue().at(pointer + "/0/fieldPath").asText().equals("spec.color"))
                .isNotEmpty();
    }

    private static List<String> selectable(JsonNode schemas, String pointer) {
        for (var schema : schemas.properties()) {
            if (schema.getKey().endsWith(".Gadget")) {
                return schema.getValue().at(pointer).findValuesAsText("fieldPath");
            }
        }
        return List.of();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            spec.color | is an invalid path: expected [ or . but got: spec
            .spec | must point to a field of type string, boolean or integer
            .spec.color. | is an invalid path: unexpected end of JSON path
            .spec.nosuch | does not refer to a valid field
            """)
    void onlyFieldsOfSimpleTypesCanBeSelectedBy(String field, String complaint) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(
                group,
                "Cluster",
                "{type: object, properties: {spec: {type: object, properties: {color: {type: string}}}}}");
        ((ObjectNode) definition.at("/spec/versions/0"))
                .set(
                        "selectableFields",
                        yaml("{f: [{jsonPath: %s}]}".formatted(field)).path("f"));
        assertThat(cluster.create(DEFINITIONS, definition).refused(422))
                .contains("spec.selectableFields[0].jsonPath", complaint);
    }
}
