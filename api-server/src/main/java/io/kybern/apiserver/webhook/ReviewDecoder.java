package io.kybern.apiserver.webhook;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonSyntax;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.Yaml;
import io.kybern.crd.field.FieldErrors;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Reads the reviews of a group that webhooks answer, JSON or YAML, and says what is wrong with one in the words of the original's
 * decoder.
 *
 * @param group of the reviews
 * @param kind of the reviews, in all versions
 */
public record ReviewDecoder(String group, String kind) {
    /** Of reviews, as far as they are known. */
    public static final List<String> VERSIONS = List.of("v1", "v1beta1");

    private static final String PARSE_ERROR = "couldn't get version/kind; json parse error: ";

    /**
     * The review in an answer; one that doesn't say what it is may be.
     *
     * @param version in which it was asked
     * @throws HookException if it is none in that version
     */
    public JsonNode read(byte[] body, String version) throws HookException {
        JsonNode tree = parse(body);
        String sentVersion = text(tree, "apiVersion");
        String sentKind = text(tree, "kind");
        if (sentVersion.isEmpty() && sentKind.isEmpty()) {
            return tree;
        }
        if (sentVersion.equals("v1") && sentKind.equals("Status")) {
            throw new HookException("converting (v1.Status) to (" + version + "." + kind + "): unknown conversion");
        }
        String as = sentVersion.isEmpty() ? apiVersion(version) : sentVersion;
        String what = sentKind.isEmpty() ? kind : sentKind;
        if (!what.equals(kind) || VERSIONS.stream().noneMatch(v -> as.equals(apiVersion(v)))) {
            throw new HookException("no kind " + FieldErrors.quote(what) + " is registered for version "
                    + FieldErrors.quote(as) + " in scheme \"pkg/runtime/scheme.go:111\"");
        }
        if (!as.equals(apiVersion(version))) {
            throw new HookException("converting (" + as.substring(group.length() + 1) + "." + kind + ") to (" + version
                    + "." + kind + "): unknown conversion");
        }
        return tree;
    }

    private String apiVersion(String version) {
        return group + "/" + version;
    }

    /**
     * Refuses a value of another type; one that is absent or null is none.
     *
     * @param field and {@code type} as Go's decoder names them
     */
    public static void ofType(JsonNode value, boolean fits, String field, String type) throws HookException {
        if (!fits && !value.isMissingNode() && !value.isNull()) {
            throw new HookException(
                    "json: cannot unmarshal " + word(value) + " into Go struct field " + field + " of type " + type);
        }
    }

    /** What Go's decoder calls a value. */
    public static String word(JsonNode value) {
        return value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /** What is no JSON may still be YAML. */
    private static JsonNode parse(byte[] body) throws HookException {
        JsonNode tree;
        boolean json = body.length > 0 && body[0] == '{';
        try {
            tree = json ? JsonTree.parse(body) : Yaml.parse(body).tree();
        } catch (IOException | DecodeException e) {
            throw new HookException(
                    json
                            ? PARSE_ERROR + JsonSyntax.error(body).orElse(String.valueOf(e.getMessage()))
                            : String.valueOf(e.getMessage()).replaceFirst("^error converting YAML to JSON: ", ""));
        }
        if (!tree.isObject() && !tree.isNull()) {
            throw new HookException(PARSE_ERROR + "json: cannot unmarshal " + word(tree)
                    + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
                    + "Kind string \"json:\\\"kind,omitempty\\\"\" }");
        }
        return tree;
    }
}
