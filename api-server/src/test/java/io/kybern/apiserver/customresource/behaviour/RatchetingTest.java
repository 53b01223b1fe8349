package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was valid once may stay as it is; what changes is held to today's schema. */
class RatchetingTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String stored(String schema, String content) {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", schema(schema)));
        cluster.create(path(group, "v1", ""), gadget(group, "v1", "foo", content))
                .ok();
        return group;
    }

    private static String schema(String field) {
        return "{type: object, properties: {other: {type: string}, field: %s, second: %s}}".formatted(field, field);
    }

    /** Gives the fields another schema and waits until a new object that it forbids is refused. */
    private static void tighten(String group, String schema, String forbidden) {
        cluster.redefine(
                        name(group),
                        d -> d.withObject("/spec/versions/0/schema").set("openAPIV3Schema", yaml(schema(schema))))
                .ok();
        eventually(
                () -> cluster.create(
                        path(group, "v1", "") + "?dryRun=All",
                        gadget(group, "v1", "probe", "{second: " + forbidden + "}")),
                a -> a.code() == 422);
    }

    /** No schema tells which old value is its own. */
    @Test
    void aFieldThatNoSchemaDeclaresCountsAsChanged() {
        String open = "{type: object, x-kubernetes-preserve-unknown-fields: true%s}";
        String group = stored(open.formatted(""), "{field: {a: 1}}");
        tighten(group, open.formatted(", minProperties: 2"), "{a: 1}");
        assertThat(cluster.patch(path(group, "v1", "") + "/foo", MERGE, "{\"other\":\"changed\"}")
                        .code())
                .isEqualTo(422);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            least | {type: integer} | {type: integer, minimum: 10} | 5
            enum | {type: string} | {type: string, enum: [a, b]} | c
            values | {type: object, additionalProperties: {type: string}} | {type: object, additionalProperties: {type: string, maxLength: 1}} | {a: xx}
            properties | {type: object, properties: {a: {type: integer}}} | {type: object, minProperties: 2, properties: {a: {type: integer}}} | {a: 1}
            few | {type: array, items: {type: string}} | {type: array, minItems: 2, items: {type: string}} | [a]
            many | {type: array, items: {type: string}} | {type: array, maxItems: 1, items: {type: string}} | [a, b]
            length | {type: string} | {type: string, minLength: 5} | abc
            pattern | {type: string} | {type: string, pattern: "^[0-9]*$"} | abc
            format | {type: string} | {type: string, format: ipv4} | abc
            rule | {type: string} | {type: string, x-kubernetes-validations: [{rule: "self == 'x'"}]} | abc
            allOf | {type: string} | {type: string, allOf: [{minLength: 5}]} | abc
            oneOf | {type: string} | {type: string, oneOf: [{minLength: 5}, {maxLength: 1}]} | abc
            anyOf | {type: string} | {type: string, anyOf: [{minLength: 5}, {maxLength: 1}]} | abc
            not | {type: string} | {type: string, not: {minLength: 2}} | abc
            """)
    void anInvalidFieldThatDoesNotChangePasses(String what, String before, String after, String value) {
        String group = stored(before, "{field: " + value + "}");
        tighten(group, after, value);
        String foo = path(group, "v1", "") + "/foo";
        cluster.patch(foo, MERGE, "{\"other\":\"changed\"}").ok();
        assertThat(cluster.patch(
                                foo,
                                MERGE,
                                "{\"second\":" + yaml("{v: " + value + "}").path("v") + "}")
                        .refused(422))
                .contains("second")
                .doesNotContain("field:");
    }

    @Test
    void rulesThatCompareWithBeforeDoNotEither() {
        String group = stored("{type: string}", "{field: abc}");
        String rule =
                "{type: string, x-kubernetes-validations: [{rule: 'oldSelf == \"x\" || self == \"y\"'}, {rule: 'self != \"z\"'}]}";
        tighten(group, rule, "z");
        assertThat(cluster.patch(path(group, "v1", "") + "/foo", MERGE, "{\"other\":\"changed\"}")
                        .refused(422))
                .contains("field: Invalid value: \"abc\": failed rule");
    }

    @Test
    void elementsOfMapsAreKnownByTheirKeysAndThoseOfOtherListsAreNot() {
        String keyed = "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k],"
                + " items: {type: object, required: [k], properties: {k: {type: string%s}, v: {type: string}}}}";
        String group = stored(keyed.formatted(""), "{field: [{k: aa, v: x}, {k: b, v: y}]}");
        tighten(group, keyed.formatted(", maxLength: 1"), "[{k: aa}]");
        String foo = path(group, "v1", "") + "/foo";
        cluster.patch(foo, MERGE, "{\"field\":[{\"k\":\"b\",\"v\":\"y\"},{\"k\":\"aa\",\"v\":\"changed\"}]}")
                .ok();
        String plain = "{type: array, items: {type: string%s}}";
        String other = stored(plain.formatted(""), "{field: [aa, b]}");
        tighten(other, plain.formatted(", maxLength: 1"), "[aa]");
        assertThat(cluster.patch(path(other, "v1", "") + "/foo", MERGE, "{\"field\":[\"b\",\"aa\"]}")
                        .refused(422))
                .contains("field[1]: Too long");
    }

    @Test
    void aRuleWithAnOptionalBeforeSeesWhetherThereWasOne() {
        String group = cluster.newGroup();
        cluster.define(definition(
                group,
                "Cluster",
                schema(
                        "{type: string, x-kubernetes-validations: [{rule: \"!oldSelf.hasValue() || oldSelf.value() == self\","
                                + " optionalOldSelf: true, message: must not change}]}")));
        String all = path(group, "v1", "");
        cluster.create(all, gadget(group, "v1", "foo", "{field: a}")).ok();
        cluster.patch(all + "/foo", MERGE, "{\"other\":\"x\"}").ok();
        assertThat(cluster.patch(all + "/foo", MERGE, "{\"field\":\"b\"}").refused(422))
                .contains("must not change");
    }
}
