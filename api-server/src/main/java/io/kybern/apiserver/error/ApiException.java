package io.kybern.apiserver.error;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that fails with a {@code metav1.Status}. The factories make each failure with the message and details of
 * the original ({@code apimachinery/pkg/api/errors}). Carries no stack trace: it is an answer, not a fault.
 */
public final class ApiException extends RuntimeException {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Reason reason;
    private final int code;
    private final @Nullable ObjectNode details;
    private int retryAfterSeconds;
    private @Nullable ObjectNode metadata;
    private @Nullable String reasonText;

    private ApiException(Reason reason, int code, String message, @Nullable ObjectNode details) {
        super(message, null, false, false);
        this.reason = reason;
        this.code = code;
        this.details = details;
    }

    public static ApiException of(Reason reason, String message) {
        return new ApiException(reason, reason.code(), message, null);
    }

    public static ApiException withDetails(Reason reason, String message, ObjectNode details) {
        return new ApiException(reason, reason.code(), message, details);
    }

    /** Some failures answer with a code that is not their reason's usual one. */
    public static ApiException withCode(Reason reason, int code, String message, @Nullable ObjectNode details) {
        return new ApiException(reason, code, message, details);
    }

    public static ApiException badRequest(String message) {
        return of(Reason.BAD_REQUEST, message);
    }

    public static ApiException notFound(GroupResource resource, String name) {
        return withDetails(
                Reason.NOT_FOUND,
                resource + " " + FieldErrors.quote(name) + " not found",
                details(resource.group(), resource.resource(), name));
    }

    /** For paths that name no resource that is served. */
    public static ApiException noSuchResource() {
        return withDetails(Reason.NOT_FOUND, "the server could not find the requested resource", NODES.objectNode());
    }

    public static ApiException alreadyExists(GroupResource resource, String name) {
        return withDetails(
                Reason.ALREADY_EXISTS,
                resource + " " + FieldErrors.quote(name) + " already exists",
                details(resource.group(), resource.resource(), name));
    }

    /** The name is still taken by an object that is going. */
    public static ApiException beingDeleted(GroupResource resource, String name) {
        return withDetails(
                Reason.ALREADY_EXISTS,
                "object is being deleted: " + resource + " " + FieldErrors.quote(name) + " already exists",
                details(resource.group(), resource.resource(), name));
    }

    public static ApiException conflict(GroupResource resource, String name, String why) {
        return withDetails(
                Reason.CONFLICT,
                "Operation cannot be fulfilled on " + resource + " " + FieldErrors.quote(name) + ": " + why,
                details(resource.group(), resource.resource(), name));
    }

    public static ApiException modified(GroupResource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static ApiException forbidden(GroupResource resource, String name, String why) {
        String message = resource.resource().isEmpty()
                ? "forbidden: " + why
                : name.isEmpty()
                        ? resource + " is forbidden: " + why
                        : resource + " " + FieldErrors.quote(name) + " is forbidden: " + why;
        return withDetails(Reason.FORBIDDEN, message, details(resource.group(), resource.resource(), name));
    }

    /** 422 with a cause for each complaint. */
    public static ApiException invalid(String group, String kind, String name, List<FieldError> errors) {
        ObjectNode details = details(group, kind, name);
        ArrayNode causes = details.putArray("causes");
        for (FieldError error : errors) {
            causes.addObject()
                    .put("reason", error.type().reason())
                    .put("message", error.message())
                    .put("field", error.field());
        }
        List<String> texts =
                errors.stream().map(FieldError::toString).distinct().toList();
        String what = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return withDetails(Reason.INVALID, qualified + " " + FieldErrors.quote(name) + " is invalid: " + what, details);
    }

    public static ApiException methodNotAllowed() {
        return withDetails(
                Reason.METHOD_NOT_ALLOWED,
                "the server does not allow this method on the requested resource",
                NODES.objectNode());
    }

    public static ApiException internal(String message) {
        ObjectNode details = NODES.objectNode();
        details.putArray("causes").addObject().put("message", message);
        return withDetails(Reason.INTERNAL_ERROR, "Internal error occurred: " + message, details);
    }

    /** What isn't there yet says so. */
    public static ApiException notImplemented(String what) {
        return of(Reason.NOT_IMPLEMENTED, what);
    }

    /** Details of a Status: name, group and kind, each if it is not empty. */
    public static ObjectNode details(String group, String kind, String name) {
        ObjectNode details = NODES.objectNode();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        if (!kind.isEmpty()) {
            details.put("kind", kind);
        }
        return details;
    }

    public ApiException retryAfter(int seconds) {
        this.retryAfterSeconds = seconds;
        if (details != null && seconds > 0) {
            details.put("retryAfterSeconds", seconds);
        }
        return this;
    }

    /** Status metadata: an expired continue token is answered with another one. */
    public ApiException withMetadata(ObjectNode listMeta) {
        this.metadata = listMeta;
        return this;
    }

    /** The reason in the words of somebody else, whose refusal this is; empty for none. */
    public ApiException withReasonText(String text) {
        this.reasonText = text;
        return this;
    }

    public Reason reason() {
        return reason;
    }

    public int code() {
        return code;
    }

    /** 0: no Retry-After header. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The {@code metav1.Status}. */
    public ObjectNode status() {
        ObjectNode status = NODES.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.set("metadata", metadata == null ? NODES.objectNode() : metadata.deepCopy());
        status.put("status", "Failure");
        String message = getMessage();
        if (message != null && !message.isEmpty()) {
            status.put("message", message);
        }
        String shownReason = reasonText == null ? reason.text() : reasonText;
        if (!shownReason.isEmpty()) {
            status.put("reason", shownReason);
        }
        if (details != null) {
            status.set("details", details.deepCopy());
        }
        return status.put("code", code);
    }
}
