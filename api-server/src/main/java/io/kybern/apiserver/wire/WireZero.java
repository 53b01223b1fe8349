package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** The zero values of Go's types as JSON. */
final class WireZero {
    private static final JsonNode EMPTY_TEXT = TextNode.valueOf("");
    private static final JsonNode ZERO = LongNode.valueOf(0);
    private static final JsonNode ZERO_QUANTITY = TextNode.valueOf("0");
    private static final JsonNode ZERO_DURATION = TextNode.valueOf("0s");

    private WireZero() {}

    /** What Go prints for the zero value of a scalar that is not a pointer. */
    static JsonNode of(WireValue.Scalar.Kind kind) {
        return switch (kind) {
            case STRING -> EMPTY_TEXT;
            case BOOL -> BooleanNode.FALSE;
            case INT32, INT64, INT, UINT8, UINT32, UINT64, INTORSTRING, FLOAT64 -> ZERO;
            case QUANTITY -> ZERO_QUANTITY;
            case DURATION -> ZERO_DURATION;
            case BYTES, TIME, MICROTIME, RAW, FIELDSV1, JSON, SCHEMAORBOOL, SCHEMAORARRAY, SCHEMAORSTRINGS, ANY ->
                NullNode.getInstance();
        };
    }

    /** Whether Go's omitempty leaves this value out, were it not held by pointer. */
    static boolean isEmpty(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.textValue().isEmpty();
            case BOOLEAN -> !value.booleanValue();
            case NUMBER -> value.decimalValue().signum() == 0;
            case ARRAY, OBJECT -> value.isEmpty();
            default -> true;
        };
    }
}
