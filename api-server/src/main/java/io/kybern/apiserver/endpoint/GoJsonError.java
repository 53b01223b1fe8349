package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;

/** Malformed JSON in the words of Go's decoder. */
final class GoJsonError {
    private GoJsonError() {}

    static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            default -> "null";
        };
    }

    static String describe(IOException e, byte[] json) {
        if (e instanceof JsonEOFException) {
            return "unexpected end of JSON input";
        }
        if (e instanceof JsonProcessingException at && at.getLocation() != null) {
            int offset = (int) Math.max(0, at.getLocation().getByteOffset());
            int last = Math.min(offset, json.length - 1);
            while (last > 0 && Character.isWhitespace(json[last])) {
                last--;
            }
            if (last >= 0) {
                return "invalid character '" + (char) (json[last] & 0xff) + "' " + context(json, last);
            }
        }
        return "unexpected end of JSON input";
    }

    /** What Go's scanner was looking for, judged by the last thing that stands before the bad character. */
    private static String context(byte[] json, int at) {
        int before = at - 1;
        while (before >= 0 && Character.isWhitespace(json[before])) {
            before--;
        }
        if (before < 0) {
            return "looking for beginning of value";
        }
        return switch (json[before]) {
            case '{' -> "looking for beginning of object key string";
            case ':', '[' -> "looking for beginning of value";
            case ',' -> "looking for beginning of value";
            case '}', ']' -> "after top-level value";
            default -> "after object key:value pair";
        };
    }
}
