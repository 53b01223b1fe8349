package io.kybern.crd.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import org.junit.jupiter.api.Test;

class OfflineKindTest {
    private static ObjectNode definition(String size) {
        return Golden.json("{'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition',"
                + " 'metadata': {'name': 'foos.a.example.com'}, 'spec': {'group': 'a.example.com', 'scope': 'Namespaced',"
                + " 'names': {'plural': 'foos', 'kind': 'Foo'}, 'versions': [{'name': 'v1', 'served': true, 'storage': true,"
                + " 'schema': {'openAPIV3Schema': {'type': 'object', 'properties': {'spec': {'type': 'object', 'properties':"
                + " {'size': " + size + "}}}}}}]}}");
    }

    private static final String LIMITED =
            "{'type': 'integer', 'x-kubernetes-validations': [{'rule': 'self <= 10'}, {'rule': 'self >= oldSelf'}]}";

    private static ObjectNode foo(String spec) {
        return Golden.json(
                "{'apiVersion': 'a.example.com/v1', 'kind': 'Foo', 'metadata': {'name': 'x'}, 'spec': " + spec + "}");
    }

    @Test
    void saysWhatAServerWouldSay() {
        OfflineKind kind = OfflineKind.of(definition(LIMITED));
        assertThat(kind.validate(foo("{'size': 3}"))).isEmpty();
        assertThat(kind.validate(foo("{'size': 11, 'colour': 'red'}")))
                .containsExactly(
                        "unknown field \"spec.colour\"", "spec.size: Invalid value: 11: failed rule: self <= 10");
        assertThat(kind.validateUpdate(foo("{'size': 2}"), foo("{'size': 3}")))
                .containsExactly("spec.size: Invalid value: 2: failed rule: self >= oldSelf");
        assertThat(kind.describes(Golden.json("{'apiVersion': 'v1', 'kind': 'Foo'}")))
                .isFalse();
    }

    @Test
    void lintsDefinitions() {
        assertThat(OfflineKind.lint(definition("{'type': 'integer'}"))).isEmpty();
        assertThat(OfflineKind.lint(
                        definition("{'type': 'integer', 'x-kubernetes-validations': [{'rule': 'self.x'}]}")))
                .singleElement()
                .asString()
                .contains("type 'int' does not support field selection");
    }

    @Test
    void tellsWhatMayBreak() {
        assertThat(DefinitionDiff.between(
                        definition("{'type': 'integer', 'maximum': 5}"),
                        definition("{'type': 'integer', 'maximum': 4}")))
                .containsExactly(
                        new DefinitionDiff.Change(true, "version v1.spec.size", "maximum changes from 5 to 4"));
        assertThat(DefinitionDiff.between(definition("{'type': 'integer'}"), definition(LIMITED)))
                .allMatch(DefinitionDiff.Change::breaking)
                .hasSize(2);
        assertThat(DefinitionDiff.between(definition(LIMITED), definition("{'type': 'integer'}")))
                .noneMatch(DefinitionDiff.Change::breaking)
                .hasSize(2);
        assertThat(DefinitionDiff.between(definition("{'type': 'integer'}"), definition("{'type': 'string'}")))
                .containsExactly(new DefinitionDiff.Change(
                        true, "version v1.spec.size", "type changes from \"integer\" to \"string\""));
    }
}
