package io.kybern.apiserver.admission.webhook;

import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.webhook.HookException;
import io.kybern.apiserver.webhook.ReviewDecoder;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An AdmissionReview on its way to a webhook and back.
 *
 * @param uid ties the answer to the question
 * @param version {@code v1} or {@code v1beta1}
 */
record Review(String uid, String version, byte[] body) {
    private static final String GROUP = "admission.k8s.io/";
    private static final ReviewDecoder DECODER = new ReviewDecoder("admission.k8s.io", "AdmissionReview");

    /** The only type of patches. */
    static final String JSON_PATCH = "JSONPatch";

    /**
     * What a webhook says.
     *
     * @param patch a JSON patch, empty for none
     * @param patchType what it says to be
     * @param status why it refuses, if it says so
     */
    record Verdict(
            boolean allowed, byte[] patch, String patchType, Optional<ObjectNode> status, List<String> warnings) {}

    /**
     * Asks about the request.
     *
     * @param as the version of the resource in which the webhook sees the object
     * @param object in that version; empty for a deletion
     */
    static Review of(
            String uid,
            Webhook webhook,
            AdmissionRequest request,
            Resource as,
            Optional<byte[]> object,
            Optional<byte[]> oldObject)
            throws WebhookFailure {
        String version = webhook.reviewVersions().stream()
                .filter(ReviewDecoder.VERSIONS::contains)
                .findFirst()
                .orElseThrow(() -> new WebhookFailure("could not create admission objects: "
                        + "webhook does not accept known AdmissionReview versions (v1, v1beta1)"));
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("uid", uid);
        question.set("kind", kind(request.kind(as)));
        question.set("resource", resource(as));
        subresource(question, "subResource", request.subresource());
        question.set("requestKind", kind(request.kind(request.endpoint())));
        question.set("requestResource", resource(request.endpoint()));
        subresource(question, "requestSubResource", request.subresource());
        String name = name(request);
        if (!name.isEmpty()) {
            question.put("name", name);
        }
        String namespace = namespace(request, name);
        if (!namespace.isEmpty()) {
            question.put("namespace", namespace);
        }
        question.put("operation", request.operation().name());
        question.set("userInfo", user(request.user()));
        return new Review(uid, version, body(version, question, object, oldObject, request));
    }

    private static byte[] body(
            String version,
            ObjectNode question,
            Optional<byte[]> object,
            Optional<byte[]> oldObject,
            AdmissionRequest request) {
        JsonWriter out = new JsonWriter(4096);
        out.raw('{').name("kind").string("AdmissionReview").raw(',');
        out.name("apiVersion").string(GROUP + version).raw(',');
        byte[] head = JsonWriter.bytes(question);
        out.name("request").raw(Arrays.copyOf(head, head.length - 1)).raw(',');
        out.name("object").raw(object.orElseGet(Review::none)).raw(',');
        out.name("oldObject").raw(oldObject.orElseGet(Review::none)).raw(',');
        out.name("dryRun").ascii(Boolean.toString(request.dryRun())).raw(',');
        out.name("options")
                .write(request.options().isEmpty() ? NullNode.getInstance() : request.options())
                .raw('}')
                .raw('}');
        return out.toByteArray();
    }

    private static byte[] none() {
        return JsonWriter.bytes(NullNode.getInstance());
    }

    private static String name(AdmissionRequest request) {
        return request.operation() == Operation.CREATE
                ? text(request.object().orElseThrow(), "metadata", "name")
                : request.name();
    }

    /** The namespace of a namespace is itself. */
    private static String namespace(AdmissionRequest request, String name) {
        boolean isNamespace = request.resource().group().isEmpty()
                && request.resource().resource().equals("namespaces");
        return isNamespace ? name : request.namespace();
    }

    private static ObjectNode kind(GroupVersionKind kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    private static ObjectNode resource(Resource resource) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", resource.kind().group())
                .put("version", resource.kind().version())
                .put("resource", resource.groupResource().resource());
    }

    private static void subresource(ObjectNode question, String field, String subresource) {
        if (!subresource.isEmpty()) {
            question.put(field, subresource);
        }
    }

    private static ObjectNode user(User user) {
        ObjectNode out = JsonNodeFactory.instance.objectNode().put("username", user.name());
        if (!user.uid().isEmpty()) {
            out.put("uid", user.uid());
        }
        user.groups().forEach(out.withArray("/groups")::add);
        user.extra()
                .forEach(
                        (key, values) -> values.forEach(out.withObject("/extra").withArrayProperty(key)::add));
        return out;
    }

    // ---- the answer

    /** Reads an answer. */
    Verdict verdict(byte[] answer, boolean mutating) throws WebhookFailure {
        JsonNode review = decode(answer);
        JsonNode response = review.path("response");
        if (!response.isObject()) {
            throw invalid("webhook response was absent");
        }
        boolean v1 = version.equals("v1");
        if (v1) {
            check(review, response);
            checkPatch(response, mutating);
        }
        byte[] patch = mutating ? Base64.getMimeDecoder().decode(text(response, "patch")) : new byte[0];
        return new Verdict(
                response.path("allowed").asBoolean(),
                patch,
                v1 ? text(response, "patchType") : JSON_PATCH,
                response.get("status") instanceof ObjectNode status ? Optional.of(status) : Optional.empty(),
                texts(response.path("warnings")));
    }

    private JsonNode decode(byte[] answer) throws WebhookFailure {
        try {
            JsonNode review = DECODER.read(answer, version);
            JsonNode response = review.path("response");
            ReviewDecoder.ofType(
                    response, response.isObject(), "AdmissionReview.response", version + ".AdmissionResponse");
            ResponseTypes.check(response);
            return review;
        } catch (HookException e) {
            throw new WebhookFailure("failed to call webhook: " + e.text());
        }
    }

    private void check(JsonNode review, JsonNode response) throws WebhookFailure {
        if (!text(response, "uid").equals(uid)) {
            throw invalid("expected response.uid=" + FieldErrors.quote(uid) + ", got "
                    + FieldErrors.quote(text(response, "uid")));
        }
        boolean same = text(review, "apiVersion").equals(GROUP + version)
                && text(review, "kind").equals("AdmissionReview");
        if (!same) {
            String sent = text(review, "apiVersion");
            throw invalid("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
                    + (sent.indexOf('/') < 0 ? "/" + sent : sent) + ", Kind=" + text(review, "kind"));
        }
    }

    private static void checkPatch(JsonNode response, boolean mutating) throws WebhookFailure {
        boolean patch = !text(response, "patch").isEmpty();
        boolean type = response.hasNonNull("patchType");
        if (!mutating && (patch || type)) {
            throw invalid("validating webhook may not return response." + (patch ? "patch" : "patchType"));
        }
        if (patch && !type) {
            throw invalid("webhook returned response.patch but not response.patchType");
        }
        if (type && !patch) {
            throw invalid("webhook returned response.patchType but not response.patch");
        }
        if (type && text(response, "patchType").isEmpty()) {
            throw invalid("webhook returned invalid response.patchType of \"\"");
        }
    }

    private static WebhookFailure invalid(String why) {
        return new WebhookFailure("received invalid webhook response: " + why);
    }
}
