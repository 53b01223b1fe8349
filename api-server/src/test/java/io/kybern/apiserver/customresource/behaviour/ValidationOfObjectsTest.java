package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects are held to the schema of their kind, and schemas to the rules of structural ones. */
class ValidationOfObjectsTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final String SCHEMA = """
            type: object
            required: [alpha, beta]
            properties:
              alpha: {type: string, pattern: "^[a-zA-Z0-9_]*$"}
              beta: {type: number, minimum: 10}
              gamma: {type: string, enum: [foo, bar, baz]}
            """;

    private static String defined(String schema) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", schema);
        definition.withArray("/spec/versions").add(version("v2", "true, storage: false", schema));
        cluster.define(definition);
        return group;
    }

    @ParameterizedTest
    @CsvSource({"v1", "v2"})
    void theWrongVersionOrKindIsSaid(String served) {
        String group = defined(ANYTHING);
        String all = path(group, served, "");
        assertThat(cluster.create(all, gadget(group, "v9", "foo", "{}")).refused(400))
                .isEqualTo("the API version in the data (%s/v9) does not match the expected API version (%s/%s)"
                        .formatted(group, group, served));
        assertThat(cluster.create(all, gadget(group, served, "foo", "{}").put("kind", "Other"))
                        .refused(422))
                .isEqualTo(
                        "Other.%s \"foo\" is invalid: kind: Invalid value: \"Other\": must be Gadget".formatted(group));
    }

    @ParameterizedTest
    @CsvSource({"v1", "v2"})
    void aValidObjectPasses(String served) {
        String group = defined(SCHEMA);
        cluster.create(path(group, served, ""), gadget(group, served, "foo", "{alpha: foo_123, beta: 10, gamma: bar}"))
                .ok();
    }

    @Test
    void propertiesMayBeNamedLikeKeywordsOfSchemas() {
        String group = defined("""
                type: object
                properties:
                  a: {type: object, properties: {items: {type: array, items: {type: object}}}}
                  b: {type: object, properties: {items: {type: array, items: {type: array, items: {type: object}}}}}
                  c: {type: object, properties: {type: {type: string}}}
                  d: {type: object, properties: {type: {type: string}, items: {type: array, items: {type: object}}}}
                  e: {type: object, properties: {items: {type: array, items: {type: object}}}, default: {items: []}}
                """);
        JsonNode made = cluster.create(
                        path(group, "v1", ""),
                        gadget(
                                group,
                                "v1",
                                "foo",
                                "{a: {items: [{}]}, b: {items: [[{}]]}, c: {type: array}, d: {items: [{}], type: array}}"))
                .ok();
        assertThat(made.path("e")).isEqualTo(yaml("{items: []}"));
    }

    @ParameterizedTest
    @CsvSource({"v1", "v2"})
    void anUpdateIsValidatedToo(String served) {
        String group = defined(SCHEMA);
        ObjectNode made = cluster.create(
                        path(group, served, ""), gadget(group, served, "foo", "{alpha: foo_123, beta: 10}"))
                .ok();
        made.remove("beta");
        assertThat(cluster.replace(path(group, served, "") + "/foo", made).refused(422))
                .isEqualTo("Gadget.%s \"foo\" is invalid: beta: Required value".formatted(group));
    }

    @Test
    void boundsOfZeroAreBounds() {
        String group = defined(
                "{type: object, properties: {least: {type: integer, minimum: 0}, most: {type: number, maximum: 0},"
                        + " few: {type: array, maxItems: 0, items: {type: string}}, text: {type: string, maxLength: 0}}}");
        assertThat(cluster.create(
                                path(group, "v1", ""),
                                gadget(group, "v1", "foo", "{least: -1, most: 1, few: [x], text: y}"))
                        .refused(422))
                .contains("least: Invalid value: -1", "most: Invalid value: 1", "few: Too many", "text: Too long");
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", "{least: 0, most: 0, few: [], text: ''}"))
                .ok();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {alpha: foo_123!, beta: 10} | alpha: Invalid value: "foo_123!": alpha in body should match '^[a-zA-Z0-9_]*$'
            {alpha: foo, beta: 5}       | beta: Invalid value: 5: beta in body should be greater than or equal to 10
            {alpha: foo, beta: 10, gamma: qux} | gamma: Unsupported value: "qux": supported values: "foo", "bar", "baz"
            {gamma: bar}                | [alpha: Required value, beta: Required value]
            """)
    void complaintsNameTheFieldAndWhatIsWrong(String content, String complaint) {
        String group = defined(SCHEMA);
        for (String served : List.of("v1", "v2")) {
            assertThat(cluster.create(path(group, served, ""), gadget(group, served, "foo", content))
                            .refused(422))
                    .isEqualTo("Gadget.%s \"foo\" is invalid: %s".formatted(group, complaint));
        }
    }

    @Test
    void aLooserSchemaLetsPassWhatTheStricterRefused() {
        String group = defined(SCHEMA.replace("[alpha, beta]", "[alpha, beta, gamma]"));
        ObjectNode object = gadget(group, "v1", "foo", "{alpha: foo_123, beta: 10}");
        assertThat(cluster.create(path(group, "v1", ""), object).refused(422)).contains("gamma: Required value");
        cluster.redefine(
                        name(group),
                        d -> ((ArrayNode) d.at("/spec/versions/0/schema/openAPIV3Schema/required")).remove(2))
                .ok();
        eventually(() -> cluster.create(path(group, "v1", ""), object), a -> a.code() == 201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: object, additionalProperties: false} | additionalProperties: Forbidden: must not be used at the root
            {type: object, properties: {z: {type: array, uniqueItems: true, items: {type: string}}}} | uniqueItems: Forbidden: uniqueItems cannot be set to true
            {type: object, $ref: "#/definition/z"} | $ref: Forbidden: $ref is not supported
            {type: object, properties: {a: {}}} | properties[a].type: Required value: must not be empty for specified object fields
            """)
    void aSchemaThatIsNotStructuralIsRefused(String schema, String complaint) {
        String group = cluster.newGroup();
        assertThat(cluster.create(DEFINITIONS, definition(group, "Cluster", schema))
                        .refused(422))
                .contains("spec.validation.openAPIV3Schema", complaint);
    }

    @Test
    void preservingEverythingIsNoLongerToBeHad() {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", ANYTHING);
        definition.withObject("/spec").put("preserveUnknownFields", true);
        assertThat(cluster.create(DEFINITIONS, definition).refused(422))
                .contains("spec.preserveUnknownFields: Invalid value: true: cannot set to true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: object, properties: {a: {type: object, anyOf: [{type: object}]}}} | anyOf[0].type: Forbidden: must be empty to be structural
            {type: object, not: {properties: {b: {description: x}}}, properties: {b: {type: string}}} | not.properties[b].description: Forbidden: must be empty to be structural
            {type: object, anyOf: [{properties: {c: {minimum: 1}}}]} | properties[c]: Required value: because it is defined in spec.validation.openAPIV3Schema.anyOf[0].properties[c]
            {type: object, properties: {metadata: {type: object, required: [name]}}} | properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified
            {type: object, properties: {kind: {type: integer}}} | properties[kind].type: Invalid value: "integer": must be string
            {type: object, allOf: [{default: 1}]} | allOf[0].default: Forbidden: must be undefined to be structural
            {type: object, properties: {n: {type: array}}} | properties[n].items: Required value: must be specified
            {type: object, x-kubernetes-preserve-unknown-fields: false} | x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined
            """)
    void whatBreaksTheStructureIsNamed(String schema, String complaint) {
        String group = cluster.newGroup();
        assertThat(cluster.create(DEFINITIONS, definition(group, "Cluster", schema))
                        .refused(422))
                .contains(complaint);
    }

    @Test
    void aStructuralKindHasNoConditionThatSaysOtherwise() {
        String group = defined(ANYTHING);
        JsonNode definition = cluster.get(DEFINITIONS + "/" + name(group)).ok();
        assertThat(definition.at("/status/conditions").findValuesAsText("type"))
                .containsExactlyInAnyOrder("NamesAccepted", "Established");
    }
}
