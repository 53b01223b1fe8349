package io.kybern.apiserver.conversion;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.converted.ConversionException;
import io.kybern.apiserver.webhook.HookException;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonSyntax;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.Yaml;
import io.kybern.crd.field.FieldErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A ConversionReview on its way to a webhook and back.
 *
 * @param version {@code v1} or {@code v1beta1}
 * @param uid ties the answer to the question
 */
record ConversionReview(String version, String uid, byte[] body) {
    private static final String GROUP = "apiextensions.k8s.io";
    private static final String KIND = "ConversionReview";
    private static final List<String> VERSIONS = List.of("v1", "v1beta1");

    /** Asks for objects in a version, in the words of the first version of reviews that is known here. */
    static ConversionReview of(List<String> versions, String uid, List<ObjectNode> objects, String apiVersion) {
        String version = versions.stream()
                .filter(VERSIONS::contains)
                .findFirst()
                .orElseThrow(() -> new ConversionException("no supported conversion review versions"));
        JsonWriter out = new JsonWriter(4096);
        out.raw('{').name("kind").string(KIND).raw(',');
        out.name("apiVersion").string(GROUP + "/" + version).raw(',');
        out.name("request").raw('{').name("uid").string(uid).raw(',');
        out.name("desiredAPIVersion").string(apiVersion).raw(',');
        out.name("objects").raw('[');
        for (int i = 0; i < objects.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            out.write(objects.get(i));
        }
        out.raw(']').raw('}').raw('}');
        return new ConversionReview(version, uid, out.toByteArray());
    }

    /**
     * The objects of an answer.
     *
     * @throws HookException if it is no answer to this question, or a refusal
     */
    List<JsonNode> answer(byte[] body) throws HookException {
        JsonNode review = parse(body);
        String apiVersion = text(review, "apiVersion");
        String kind = text(review, "kind");
        checkKind(apiVersion, kind);
        JsonNode response = review.path("response");
        ofType(response, response.isObject(), "ConversionReview.response", version + ".ConversionResponse");
        if (!response.isObject()) {
            throw new HookException("no response provided");
        }
        JsonNode result = response.path("result");
        ofType(result, result.isObject(), "ConversionResponse.response.result", "v1.Status");
        JsonNode converted = response.path("convertedObjects");
        ofType(
                converted,
                converted.isArray(),
                "ConversionResponse.response.convertedObjects",
                "[]runtime.RawExtension");
        if (version.equals("v1") && !text(response, "uid").equals(uid)) {
            throw new HookException("expected response.uid=" + FieldErrors.quote(uid) + ", got "
                    + FieldErrors.quote(text(response, "uid")));
        }
        String status = text(response, "result", "status");
        if (!status.equals("Success")) {
            String message = text(response, "result", "message");
            throw new HookException(
                    message.isEmpty() ? "response.result.status was '" + status + "', not 'Success'" : message);
        }
        List<JsonNode> objects = new ArrayList<>();
        converted.forEach(objects::add);
        return objects;
    }

    /** @param field and {@code type} as Go's decoder names them */
    private static void ofType(JsonNode value, boolean fits, String field, String type) throws HookException {
        if (!fits && !value.isMissingNode() && !value.isNull()) {
            throw new HookException(
                    "json: cannot unmarshal " + word(value) + " into Go struct field " + field + " of type " + type);
        }
    }

    private static String word(JsonNode value) {
        return value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private void checkKind(String apiVersion, String kind) throws HookException {
        if (apiVersion.isEmpty() && kind.isEmpty()) {
            if (version.equals("v1")) { // the older one is believed without
                throw new HookException(
                        "expected webhook response of " + GROUP + "/v1, Kind=" + KIND + ", got /, Kind=");
            }
            return;
        }
        if (apiVersion.equals("v1") && kind.equals("Status")) {
            throw new HookException("converting (v1.Status) to (" + version + "." + KIND + "): unknown conversion");
        }
        boolean review = kind.equals(KIND) && VERSIONS.stream().anyMatch(v -> apiVersion.equals(GROUP + "/" + v));
        if (!review) {
            throw new HookException("no kind " + FieldErrors.quote(kind) + " is registered for version "
                    + FieldErrors.quote(apiVersion) + " in scheme \"pkg/runtime/scheme.go:111\"");
        }
        if (!apiVersion.equals(GROUP + "/" + version)) {
            String sent = apiVersion.substring(GROUP.length() + 1);
            throw new HookException(
                    "converting (" + sent + "." + KIND + ") to (" + version + "." + KIND + "): unknown conversion");
        }
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
                            ? "couldn't get version/kind; json parse error: "
                                    + JsonSyntax.error(body).orElse(String.valueOf(e.getMessage()))
                            : String.valueOf(e.getMessage()).replaceFirst("^error converting YAML to JSON: ", ""));
        }
        if (!tree.isObject() && !tree.isNull()) {
            throw new HookException("couldn't get version/kind; json parse error: json: cannot unmarshal "
                    + tree.getNodeType().name().toLowerCase(Locale.ROOT)
                    + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
                    + "Kind string \"json:\\\"kind,omitempty\\\"\" }");
        }
        return tree;
    }
}
