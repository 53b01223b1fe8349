package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZeroValuesTest {
    private static final Schema POD =
            Golden.schemas().find(new GroupVersionKind("", "v1", "Pod")).orElseThrow();
    private static final Schema POD_SPEC = POD.property("spec");
    private static final Schema CONTAINER = POD_SPEC.property("containers").item();

    private static @Nullable JsonNode required(String type) {
        return ZeroValues.of(
                Schemas.parseSingle(Golden.json("{'required': ['a'], 'properties': {'a': " + type + "}}")), "a");
    }

    @Test
    void structsAreThereAndEmpty() {
        assertThat(ZeroValues.of(POD, "spec")).isEqualTo(Golden.json("{}"));
    }

    @Test
    void requiredFieldsAreThere() {
        assertThat(ZeroValues.of(CONTAINER, "name")).isEqualTo(TextNode.valueOf(""));
        assertThat(ZeroValues.of(POD_SPEC, "containers")).isEqualTo(NullNode.instance);
        assertThat(required("{'type': 'integer'}")).isEqualTo(IntNode.valueOf(0));
        assertThat(required("{'type': 'boolean'}")).isEqualTo(BooleanNode.FALSE);
        assertThat(required("{'type': 'object', 'additionalProperties': {'type': 'string'}}"))
                .isEqualTo(NullNode.instance);
    }

    @Test
    void requiredObjectsArePointers() {
        assertThat(required("{'type': 'object', 'properties': {'b': {'type': 'string'}}}"))
                .isNull();
    }

    @Test
    void otherFieldsAreLeftOut() {
        assertThat(ZeroValues.of(POD_SPEC, "nodeName")).isNull();
        assertThat(ZeroValues.of(POD_SPEC, "volumes")).isNull();
        assertThat(ZeroValues.of(POD_SPEC, "noSuchField")).isNull();
    }

    @Test
    void someListsAreThereThoughNotRequired() {
        Schema rules = Golden.schemas()
                .find(new GroupVersionKind("rbac.authorization.k8s.io", "v1", "Role"))
                .orElseThrow();
        assertThat(ZeroValues.of(rules, "rules")).isEqualTo(NullNode.instance);
    }

    @Test
    void someListsAreLeftOutThoughRequired() {
        Schema counters = Schemas.parseSingle(Golden.json("{'required': ['counters'], 'properties': {'counters': "
                + "{'type': 'object', 'additionalProperties': {'type': 'string'}}}}"));
        assertThat(ZeroValues.of(counters, "counters")).isEqualTo(NullNode.instance);
        Schema set = Golden.schemas()
                .find(new GroupVersionKind("resource.k8s.io", "v1", "ResourceSlice"))
                .orElseThrow()
                .property("spec")
                .property("sharedCounters")
                .item();
        assertThat(set.required()).contains("counters");
        assertThat(ZeroValues.of(set, "counters")).isNull();
    }

    @Test
    void aDefaultOtherThanZeroIsNotThere() {
        assertThat(ZeroValues.of(
                        Schemas.parseSingle(Golden.json("{'properties': {'a': {'type': 'string', 'default': 'TCP'}}}")),
                        "a"))
                .isNull();
    }
}
