package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.MediaRange;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.patch.PatchException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** {@code patch}: the content type says which of the four kinds of patch the body is. */
public final class PatchEndpoint implements Endpoint {
    static final String APPLY = "application/apply-patch+yaml";

    private final ObjectWriter writer;
    private final FieldManagers fieldManagers;
    private final Projections projections;
    private final InstantSource clock;

    public PatchEndpoint(
            ObjectWriter writer, FieldManagers fieldManagers, Projections projections, InstantSource clock) {
        this.writer = writer;
        this.fieldManagers = fieldManagers;
        this.projections = projections;
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        boolean custom = resource.definition().custom();
        String type = MediaRange.parse(call.request().header("Content-Type")).type();
        checkType(type, custom);
        checkExact(call.request().header("Content-Type"), custom);
        Representation form =
                Negotiator.negotiate(call.request(), Negotiator.Target.OBJECT, !custom, ListEndpoint.goType(resource));
        boolean apply = type.equals(APPLY);
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.PATCH, apply);
        boolean mayCreate = apply && call.subresource().isEmpty();
        ObjectWriter.Written written = refusing(
                () -> writer.update(call, change(call, options, type, fieldManagers, clock), options, mayCreate));
        return Answers.written(projections, call, written, form);
    }

    /** What a patch of a type, which is one of those that are taken, does to the object. */
    static ObjectWriter.Change change(
            Call call, WriteOptions options, String type, FieldManagers fieldManagers, InstantSource clock) {
        return type.equals(APPLY)
                ? new ApplyChange(call, options, fieldManagers, clock)
                : new PatchChange(call, options, type);
    }

    /** Writes, and says what is wrong with the patch if it can't be applied. */
    static ObjectWriter.Written refusing(Supplier<ObjectWriter.Written> write) {
        try {
            return write.get();
        } catch (PatchException e) {
            throw refused(e);
        }
    }

    static void checkType(String type, boolean custom) {
        switch (type) {
            case PatchChange.JSON, PatchChange.MERGE, APPLY -> {}
            case PatchChange.STRATEGIC -> {
                if (custom) {
                    throw unknownFormat(true);
                }
            }
            default ->
                throw ApiException.withDetails(
                        Reason.UNSUPPORTED_MEDIA_TYPE,
                        "415: Unsupported Media Type",
                        JsonNodeFactory.instance.objectNode());
        }
    }

    /** Routes are found by any spelling of the type, patches by one. */
    private static void checkExact(String contentType, boolean custom) {
        int end = contentType.indexOf(';');
        String sent = end > 0 ? contentType.substring(0, end) : contentType;
        if (!List.of(PatchChange.JSON, PatchChange.MERGE, PatchChange.STRATEGIC, APPLY)
                .contains(sent)) {
            throw unknownFormat(custom);
        }
    }

    private static ApiException unknownFormat(boolean custom) {
        return ApiException.of(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: "
                        + "application/json-patch+json, application/merge-patch+json, "
                        + (custom ? "" : "application/strategic-merge-patch+json, ") + APPLY);
    }

    static ApiException refused(PatchException e) {
        return switch (e.kind()) {
            case BAD_REQUEST -> ApiException.badRequest(e.statusMessage());
            case TOO_LARGE -> ApiException.of(Reason.REQUEST_ENTITY_TOO_LARGE, e.statusMessage());
            case REJECTED ->
                ApiException.withDetails(Reason.INVALID, e.statusMessage(), JsonNodeFactory.instance.objectNode());
            case INTERNAL -> ApiException.of(Reason.UNKNOWN, e.statusMessage());
        };
    }

    /** What strict decoding says of a patched object, with the text that the original shows as its bad value. */
    static ApiException strict(String shown, String errors) {
        io.kybern.crd.field.FieldErrors complaint = new io.kybern.crd.field.FieldErrors();
        complaint.invalid(io.kybern.crd.field.FieldPath.of("patch"), shown, errors);
        return ApiException.invalid("", "", "", complaint.list());
    }

    /** A JSON tree as its text. */
    static String text(JsonNode tree) {
        return new String(
                io.kybern.apiserver.wire.JsonWriter.bytesAsSent(tree), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Puts an object that names no namespace into that of the request. */
    static void namespace(ObjectNode object, Call call) {
        ObjectNode metadata = io.kybern.apiserver.metadata.SystemFields.metadata(object);
        if (call.resource().definition().namespaced()
                && metadata.path("namespace").asText("").isEmpty()) {
            metadata.put("namespace", call.namespace());
        }
    }
}
