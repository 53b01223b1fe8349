package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Trees;
import java.nio.charset.StandardCharsets;

/** What an access review must look like. Source of rules and texts: {@code pkg/apis/authorization/validation}. */
final class AccessReviewRules {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private AccessReviewRules() {}

    static void check(AccessReviewEndpoint.Subject subject, ObjectNode review, FieldErrors errors) {
        JsonNode spec = review.path("spec");
        boolean resource = spec.has("resourceAttributes");
        boolean path = spec.has("nonResourceAttributes");
        if (resource && path) {
            invalidPath(spec, "cannot be specified in combination with resourceAttributes", errors);
        }
        if (!resource && !path) {
            errors.add(
                    FieldError.Type.INVALID,
                    SPEC.child("resourceAttributes"),
                    "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }
        if (subject != AccessReviewEndpoint.Subject.SELF
                && Trees.text(spec, "user").isEmpty()
                && spec.path("groups").isEmpty()) {
            errors.invalid(SPEC.child("user"), "", "at least one of user or group must be specified");
        }
        if (resource) {
            FieldPath attributes = FieldPath.of("spec", "resourceAttributes");
            selector(spec.path("resourceAttributes").get("fieldSelector"), attributes.child("fieldSelector"), errors);
            selector(spec.path("resourceAttributes").get("labelSelector"), attributes.child("labelSelector"), errors);
        }
        metadata(subject, review, errors);
        if (subject == AccessReviewEndpoint.Subject.LOCAL) {
            local(review, errors);
        }
    }

    private static void local(ObjectNode review, FieldErrors errors) {
        JsonNode spec = review.path("spec");
        String wanted = Trees.text(spec, "resourceAttributes", "namespace");
        if (spec.has("resourceAttributes") && !wanted.equals(Trees.text(review, "metadata", "namespace"))) {
            errors.invalid(
                    FieldPath.of("spec", "resourceAttributes", "namespace"), wanted, "must match metadata.namespace");
        }
        if (spec.has("nonResourceAttributes")) {
            invalidPath(spec, "disallowed on this kind of request", errors);
        }
    }

    /** Shows the attributes as the original prints its internal form of them. */
    private static void invalidPath(JsonNode spec, String detail, FieldErrors errors) {
        JsonNode attributes = spec.path("nonResourceAttributes");
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("Path", Trees.text(attributes, "path")).put("Verb", Trees.text(attributes, "verb"));
        errors.add(
                FieldError.Type.INVALID,
                SPEC.child("nonResourceAttributes"),
                "Invalid value: " + text(shown) + ": " + detail);
    }

    private static void metadata(AccessReviewEndpoint.Subject subject, ObjectNode review, FieldErrors errors) {
        ObjectNode rest = review.path("metadata") instanceof ObjectNode metadata
                ? metadata.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        rest.remove("managedFields");
        boolean local = subject == AccessReviewEndpoint.Subject.LOCAL;
        if (local) {
            rest.remove("namespace");
        }
        if (!rest.isEmpty()) {
            errors.add(
                    FieldError.Type.INVALID,
                    FieldPath.of("metadata"),
                    "Invalid value: " + text(review.path("metadata")) + ": must be empty"
                            + (local ? " except for namespace" : ""));
        }
    }

    private static void selector(
            @org.jspecify.annotations.Nullable JsonNode selector, FieldPath path, FieldErrors errors) {
        if (selector == null) {
            return;
        }
        boolean raw = !Trees.text(selector, "rawSelector").isEmpty();
        boolean requirements = !selector.path("requirements").isEmpty();
        if (raw && requirements) {
            errors.invalid(
                    path.child("rawSelector"),
                    Trees.text(selector, "rawSelector"),
                    "may not specified at the same time as requirements");
        }
        if (!raw && !requirements) {
            errors.required(
                    path.child("requirements"),
                    "when " + path + " is specified, requirements or rawSelector is required");
        }
    }

    private static String text(JsonNode tree) {
        return new String(JsonWriter.bytes(tree), StandardCharsets.UTF_8);
    }
}
