package io.kybern.apiserver.conversion;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.converted.ConversionException;
import io.kybern.apiserver.webhook.HookException;
import io.kybern.apiserver.webhook.ReviewDecoder;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.field.FieldErrors;
import java.util.ArrayList;
import java.util.List;

/**
 * A ConversionReview on its way to a webhook and back.
 *
 * @param version {@code v1} or {@code v1beta1}
 * @param uid ties the answer to the question
 */
record ConversionReview(String version, String uid, byte[] body) {
    private static final String GROUP = "apiextensions.k8s.io";
    private static final String KIND = "ConversionReview";
    private static final ReviewDecoder DECODER = new ReviewDecoder(GROUP, KIND);

    /** Asks for objects in a version, in the words of the first version of reviews that is known here. */
    static ConversionReview of(List<String> versions, String uid, List<ObjectNode> objects, String apiVersion) {
        String version = versions.stream()
                .filter(ReviewDecoder.VERSIONS::contains)
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
        JsonNode review = DECODER.read(body, version);
        if (version.equals("v1")) { // the older one is believed without
            mustBeNamed(review);
        }
        JsonNode response = review.path("response");
        ReviewDecoder.ofType(
                response, response.isObject(), "ConversionReview.response", version + ".ConversionResponse");
        if (!response.isObject()) {
            throw new HookException("no response provided");
        }
        JsonNode result = response.path("result");
        ReviewDecoder.ofType(result, result.isObject(), "ConversionResponse.response.result", "v1.Status");
        JsonNode converted = response.path("convertedObjects");
        ReviewDecoder.ofType(
                converted,
                converted.isArray(),
                "ConversionResponse.response.convertedObjects",
                "[]runtime.RawExtension");
        JsonNode answered = response.path("uid");
        ReviewDecoder.ofType(answered, answered.isTextual(), "ConversionResponse.response.uid", "types.UID");
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

    private static void mustBeNamed(JsonNode review) throws HookException {
        String apiVersion = text(review, "apiVersion");
        String kind = text(review, "kind");
        if (!apiVersion.equals(GROUP + "/v1") || !kind.equals(KIND)) {
            throw new HookException("expected webhook response of " + GROUP + "/v1, Kind=" + KIND + ", got "
                    + (apiVersion.isEmpty() ? "/" : apiVersion) + ", Kind=" + kind);
        }
    }
}
