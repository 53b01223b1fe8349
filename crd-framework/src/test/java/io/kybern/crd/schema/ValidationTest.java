package io.kybern.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.golden.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the original answers, where its rules surprise. */
class ValidationTest {
    private static List<String> complaints(String schema, JsonNode value) {
        FieldErrors errors = new FieldErrors();
        Validation.validate(value, Schemas.parseSingle(Golden.json(schema)), "", errors);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    private static List<String> complaints(String schema, String before, String after) {
        FieldErrors errors = new FieldErrors();
        Validation.validateUpdate(
                Golden.json(after), Golden.json(before), Schemas.parseSingle(Golden.json(schema)), "", errors);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '|', textBlock = """
            3 | {'type': 'integer', 'format': 'int32', 'maximum': 4294967295} | <nil>: Invalid value: "": Maximum boundary value must be of type integer with format int32 in x
            4294967296 | {'type': 'integer', 'minimum': -1.5, 'maximum': 1e30} | <nil>: Invalid value: "": Minimum boundary value must be of type integer (default format) in x; <nil>: Invalid value: "": Maximum boundary value must be of type integer (default format) in x
            -3 | {'type': 'integer', 'exclusiveMinimum': true, 'minimum': -2.5} | <nil>: Invalid value: "": Minimum boundary value must be of type integer (default format) in x; x: Invalid value: -3: x in body should be greater than -2.5
            8 | {'type': 'integer', 'multipleOf': 2.5} | <nil>: Invalid value: "": MultipleOf value must be of type integer (default format) in x; x: Invalid value: 8: x in body should be a multiple of 2.5
            1 | {'type': 'number', 'minimum': 1.5} | ''
            5 | {'type': 'number', 'maximum': 1e30} | x: Invalid value: 5: x in body should be less than or equal to -9223372036854775808
            7 | {'type': 'number', 'multipleOf': 2.5} | x: Invalid value: 7: x in body should be a multiple of 2
            7.5 | {'type': 'number', 'multipleOf': 2.5} | ''
            4294967294.5 | {'x-kubernetes-int-or-string': true, 'maximum': 5} | x: Invalid value: 4.2949672945e+09: x in body should be less than or equal to 5
            """)
    void numbersAndTheirBounds(String value, String schema, String complaints) {
        assertThat(String.join(
                        "; ",
                        complaints(
                                "{'type': 'object', 'properties': {'x': " + schema + "}}",
                                Golden.json("{'x': " + value + "}"))))
                .isEqualTo(complaints);
    }

    private static final String KEYED = "{'type': 'object', 'properties': {'l': {'type': 'array', 'maxItems': 1,"
            + "'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'],"
            + "'items': {'type': 'object', 'properties': {'k': {'type': 'string'}, 'v': {'type': 'string', 'maxLength': 1}}}}}}";

    @Test
    void itemsOfKeyedListsMayMoveWithoutAChange() {
        assertThat(complaints(
                        KEYED,
                        "{'l': [{'k': 'a', 'v': 'xx'}, {'k': 'b'}]}",
                        "{'l': [{'k': 'b'}, {'k': 'a', 'v': 'xx'}]}"))
                .isEmpty();
        assertThat(complaints(
                        KEYED,
                        "{'l': [{'k': 'a', 'v': 'xx'}, {'k': 'b'}]}",
                        "{'l': [{'k': 'c', 'v': 'xx'}, {'k': 'b'}]}"))
                .containsExactlyInAnyOrder(
                        "l[0].v: Too long: may not be more than 1 byte", "l: Too many: 2: must have at most 1 item");
    }

    @Test
    void anItemWithoutAKeyIsAlwaysNew() {
        String same = "{'l': [{'k': 'a'}, {'v': 'xx'}]}";
        assertThat(complaints(KEYED, same, same)).hasSize(2);
    }

    @Test
    void ofItemsWithTheSameKeyTheFirstIsTheOldOne() {
        String same = "{'l': [{'k': 'a', 'v': 'x'}, {'k': 'a', 'v': 'xx'}]}";
        assertThat(complaints(KEYED, same, same)).hasSize(2);
    }

    @Test
    void whatNoSchemaDeclaresCountsAsChanged() {
        String schema = "{'type': 'object', 'properties': {'o': {'type': 'object', 'required': ['r'],"
                + "'x-kubernetes-preserve-unknown-fields': true, 'properties': {'a': {'type': 'string'}}}}}";
        assertThat(complaints(schema, "{'o': {'a': 'x'}, 'p': 1}", "{'o': {'a': 'x'}, 'p': 2}"))
                .isEmpty();
        assertThat(complaints(schema, "{'o': {'a': 'x', 'z': 1}}", "{'o': {'a': 'x', 'z': 1}}"))
                .containsExactly("o.r: Required value");
    }

    @Test
    void fieldsOfAtomicMapsAreComparedOneByOne() {
        String schema = "{'type': 'object', 'properties': {'m': {'type': 'object', 'x-kubernetes-map-type': 'atomic',"
                + "'additionalProperties': {'type': 'string', 'maxLength': 1}}}}";
        assertThat(complaints(schema, "{'m': {'a': 'xx', 'b': 'x'}}", "{'m': {'a': 'xx', 'b': 'y'}}"))
                .isEmpty();
    }

    @Test
    void alternativesSeeTheWholeValue() {
        String schema =
                "{'type': 'object', 'properties': {'o': {'type': 'object', 'properties': {'a': {'type': 'string'},"
                        + "'b': {'type': 'string'}}, '%s': [{'properties': {'a': {'maxLength': 1}}}]}}}";
        for (String alternatives : List.of("anyOf", "oneOf", "allOf")) {
            assertThat(complaints(
                            schema.formatted(alternatives),
                            "{'o': {'a': 'xx', 'b': 'x'}}",
                            "{'o': {'a': 'xx', 'b': 'y'}}"))
                    .contains("o.a: Too long: may not be more than 1 byte");
        }
    }

    @Test
    void enumerationsKnowNumbersByTheirValue() {
        String schema = "{'type': 'object', 'properties': {'x': {'enum': [1, 'a', {'k': [true]}]}}}";
        assertThat(complaints(schema, Golden.json("{'x': 1.0}"))).isEmpty();
        assertThat(complaints(schema, Golden.json("{'x': {'k': [true]}}"))).isEmpty();
        assertThat(complaints(schema, Golden.json("{'x': '1'}")))
                .containsExactly("x: Unsupported value: \"1\": supported values: \"1\", \"a\", \"{\\\"k\\\":[true]}\"");
    }

    @Test
    void complaintsDoNotFillTheMemory() {
        ObjectNode schema = Golden.json("{'type': 'object', 'properties': {'l': {'type': 'array', 'items': {}}}}");
        ArrayNode allowed = schema.withObject("/properties/l/items").putArray("enum");
        ObjectNode object = Golden.json("{}");
        ArrayNode items = object.putArray("l");
        for (int i = 0; i < 10_000; i++) {
            allowed.add("allowed-" + i);
            items.add("other-" + i);
        }
        FieldErrors errors = new FieldErrors();
        Validation.validate(object, Schemas.parseSingle(schema), "", errors);
        assertThat(errors.list())
                .extracting(FieldError::toString)
                .containsExactly("<nil>: Too many: the object has more errors than can be told");
    }

    @Test
    void aTextTooLongForItsPatternIsRefused() {
        ObjectNode object = Golden.json("{}").put("x", "a".repeat(500_000));
        assertThat(complaints(
                        "{'type': 'object', 'properties': {'x': {'type': 'string', 'pattern': '((ab?c?){100}){10}$'}}}",
                        object))
                .singleElement()
                .asString()
                .contains("x in body is too long to be matched: error parsing regexp: expression too large");
    }
}
