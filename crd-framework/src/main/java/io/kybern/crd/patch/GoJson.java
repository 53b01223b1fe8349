package io.kybern.crd.patch;

import com.fasterxml.jackson.databind.JsonNode;

/** How Go's JSON decoder sees a value. */
final class GoJson {
    private GoJson() {}

    /** The word of its error texts for the kind of a value. */
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            default -> "null";
        };
    }

    /** Equality by the text of numbers: 1 and 1.0 differ, an int and a long of 1 do not. */
    static boolean same(JsonNode a, JsonNode b) {
        return a.equals(GoJson::compareLeaves, b);
    }

    private static int compareLeaves(JsonNode a, JsonNode b) {
        boolean equal = a.isNumber() && b.isNumber() ? a.asText().equals(b.asText()) : a.equals(b);
        return equal ? 0 : 1;
    }
}
