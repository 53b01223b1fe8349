package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.APPLY;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.customresource.behaviour.Cluster.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Server-side apply of custom objects. */
class ApplyTest {
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
    void whoAppliesIsToldOfConflictsUnlessHeInsists() {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Cluster", ANYTHING));
        String foo = path(group, "v1", "") + "/foo";
        String wish =
                "{apiVersion: %s/v1, kind: Gadget, metadata: {name: foo}, values: {numVal: 1, boolVal: true, stringVal: '1'}}"
                        .formatted(group);
        cluster.apply(foo, "apply_test", wish).ok();
        cluster.patch(foo, MERGE, "{\"values\":{\"numVal\":5}}").ok();
        Answer conflict = cluster.apply(foo, "apply_test", wish);
        conflict.refused(409);
        assertThat(conflict.at("/details/causes/0/field").asText()).isEqualTo(".values.numVal");
        assertThat(cluster.patch(foo + "?force=true&fieldManager=apply_test", APPLY, wish)
                        .ok()
                        .at("/values/numVal")
                        .asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "true,true,false",
        "true,false,false",
        "true,true,true",
        "true,false,true",
        "false,true,false",
        "false,false,false",
        "false,true,true",
        "false,false,true"
    })
    void nullIsAppliedToWhatIsNullable(boolean nullable, boolean required, boolean subfieldRequired) {
        String group = cluster.newGroup();
        String inner = "{type: object, nullable: %s, %sproperties: {x: {type: string}}}"
                .formatted(nullable, subfieldRequired ? "required: [x], " : "");
        cluster.define(definition(
                group,
                "Cluster",
                "{type: object, properties: {field: {type: object, %sproperties: {inner: %s}}}}"
                        .formatted(required ? "required: [inner], " : "", inner)));
        String foo = path(group, "v1", "") + "/foo";
        String wish = "{apiVersion: %s/v1, kind: Gadget, metadata: {name: foo}, field: {inner: %s}}";
        assertThat(cluster.apply(foo, "m", wish.formatted(group, "{x: z}"))
                        .ok()
                        .at("/field/inner/x")
                        .asText())
                .isEqualTo("z");
        Answer nothing = cluster.apply(foo, "m", wish.formatted(group, "null"));
        if (nullable) {
            assertThat(nothing.ok().at("/field/inner").isNull()).isTrue();
        } else {
            assertThat(nothing.refused(422)).contains("must be of type object");
        }
    }
}
