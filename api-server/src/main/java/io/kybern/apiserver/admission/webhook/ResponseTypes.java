package io.kybern.apiserver.admission.webhook;

import static io.kybern.apiserver.webhook.ReviewDecoder.ofType;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.webhook.HookException;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The types of what a webhook answers: a value of another one makes the whole answer none. Source: {@code AdmissionResponse} of
 * {@code k8s.io/api/admission/v1}, and what a server answers.
 */
final class ResponseTypes {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private ResponseTypes() {}

    /** Refuses the first value of a wrong type. */
    static void check(JsonNode response) throws HookException {
        for (Map.Entry<String, JsonNode> field : response.properties()) {
            String path = "AdmissionResponse.response." + field.getKey();
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "uid" -> ofType(value, value.isTextual(), path, "types.UID");
                case "allowed" -> ofType(value, value.isBoolean(), path, "bool");
                case "patchType" -> ofType(value, value.isTextual(), path, "v1.PatchType");
                case "patch" -> {
                    ofType(value, value.isTextual(), path, "[]uint8");
                    OptionalInt wrong = notBase64(value.asText());
                    if (wrong.isPresent()) {
                        throw new HookException("illegal base64 data at input byte " + wrong.getAsInt());
                    }
                }
                case "status" -> {
                    ofType(value, value.isObject(), path, "v1.Status");
                    status(value);
                }
                case "warnings" -> {
                    ofType(value, value.isArray(), path, "[]string");
                    texts(value, path);
                }
                case "auditAnnotations" -> {
                    ofType(value, value.isObject(), path, "map[string]string");
                    texts(value, path);
                }
                default -> {
                    // unknown ones are passed over
                }
            }
        }
    }

    private static void texts(JsonNode values, String path) throws HookException {
        for (JsonNode value : values) {
            ofType(value, value.isTextual(), path, "string");
        }
    }

    private static void status(JsonNode status) throws HookException {
        for (Map.Entry<String, JsonNode> field : status.properties()) {
            String path = "Status.response.status." + field.getKey();
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "code" -> ofType(value, value.canConvertToInt() && value.isIntegralNumber(), path, "int32");
                case "message", "status" -> ofType(value, value.isTextual(), path, "string");
                case "reason" -> ofType(value, value.isTextual(), path, "v1.StatusReason");
                case "details" -> ofType(value, value.isObject(), path, "v1.StatusDetails");
                default -> {
                    // neither unknown ones nor those of a list matter
                }
            }
        }
    }

    /** Where Go's decoder stumbles over what is no base64; line ends don't count. */
    private static OptionalInt notBase64(String text) {
        int quantum = 0;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                continue;
            }
            if (quantum % 4 == 0) {
                begin = i;
            }
            if (c == '=' && quantum % 4 >= 2) {
                return padding(text, i, quantum % 4);
            }
            if (ALPHABET.indexOf(c) < 0) {
                return OptionalInt.of(i);
            }
            quantum++;
        }
        return quantum % 4 == 0 ? OptionalInt.empty() : OptionalInt.of(begin);
    }

    /** After two digits come two of them, after three one, and then nothing. */
    private static OptionalInt padding(String text, int at, int digits) {
        String rest = text.substring(at).replaceAll("[\r\n]", "");
        if (rest.equals(digits == 2 ? "==" : "=")) {
            return OptionalInt.empty();
        }
        if (digits == 3 || rest.startsWith("==")) {
            return OptionalInt.of(at + 4 - digits);
        }
        return OptionalInt.of(rest.length() == 1 ? text.length() : at);
    }
}
