package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.WriteOptions.FieldValidation;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.DuplicateFields;
import io.kybern.apiserver.wire.JsonSyntax;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.patch.JsonPatch;
import io.kybern.crd.patch.MergePatch;
import io.kybern.crd.patch.StrategicMergePatch;
import io.kybern.crd.value.GoText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON patch, merge patch and strategic merge patch as a change of the stored object. */
final class PatchChange implements ObjectWriter.Change {
    static final String JSON = "application/json-patch+json";
    static final String MERGE = "application/merge-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";

    private final Call call;
    private final WriteOptions options;
    private final String type;
    private @Nullable Sent sent;

    PatchChange(Call call, WriteOptions options, String type) {
        this.call = call;
        this.options = options;
        this.type = type;
    }

    /**
     * A patch that could be read.
     *
     * @param errors what strict decoding complains about
     */
    private record Sent(JsonNode patch, List<String> errors) {}

    /** The body, read when there is something to patch: of what is missing, only that is said. */
    private Sent sent() {
        if (sent == null) {
            sent = read(call.request().body());
        }
        return sent;
    }

    private Sent read(byte[] body) {
        JsonNode patch;
        try {
            patch = JsonTree.parse(body);
        } catch (IOException e) {
            throw malformed(JsonSyntax.error(body).orElse(String.valueOf(e.getMessage())));
        }
        List<String> errors = new ArrayList<>(DuplicateFields.find(body, type.equals(JSON) ? "json patch " : ""));
        if (type.equals(JSON)) {
            errors.addAll(JsonPatch.of(patch).unknownMembers());
        }
        return new Sent(patch, errors);
    }

    private ApiException malformed(String why) {
        boolean strict = options.fieldValidation() != FieldValidation.IGNORE;
        return ApiException.badRequest(
                switch (type) {
                    case JSON -> strict ? "error decoding patch: " + why : why;
                    case MERGE -> strict ? "error decoding patch: " + why : "Invalid JSON Patch";
                    default -> why;
                });
    }

    @Override
    public ObjectNode make(ObjectNode existing) {
        Resource resource = call.resource();
        JsonNode patch = sent().patch();
        ObjectNode patched = switch (type) {
            case JSON -> object(JsonPatch.of(patch).apply(existing));
            case MERGE -> MergePatch.apply(existing, patch);
            default ->
                StrategicMergePatch.apply(
                        existing, patch, resource.version().schema().get());
        };
        Optional<String> otherKind = BodyDecoder.otherKind(patched, resource.kind());
        if (otherKind.isPresent()) {
            throw PatchEndpoint.strict(shown(patched), otherKind.get());
        }
        List<String> strict = new ArrayList<>();
        ObjectNode decoded;
        try {
            decoded = type.equals(STRATEGIC)
                    ? resource.codec().convert(patched, strict)
                    : resource.codec().decode(patched, strict);
        } catch (DecodeException e) {
            throw PatchEndpoint.strict(
                    shown(patched), type.equals(STRATEGIC) ? e.ofTree() : String.valueOf(e.getMessage()));
        }
        complain(strict, patched);
        decoded.put("kind", resource.kind().kind())
                .put("apiVersion", resource.kind().apiVersion());
        UpdateEndpoint.checkName(call, decoded);
        return Defaults.apply(resource, decoded);
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the patched value is not an object");
    }

    private void complain(List<String> found, ObjectNode patched) {
        List<String> ofObject = found;
        if (type.equals(STRATEGIC)) {
            Collections.sort(ofObject);
        } else if (found.size() > 1) {
            ofObject = new ArrayList<>();
            call.resource().codec().decode(TouchedOrder.of(patched, sent().patch()), ofObject);
        }
        List<String> strict = new ArrayList<>(sent().errors());
        strict.addAll(ofObject);
        if (strict.isEmpty()) {
            return;
        }
        switch (options.fieldValidation()) {
            case STRICT ->
                throw PatchEndpoint.strict(shown(patched), "strict decoding error: " + String.join(", ", strict));
            case WARN -> call.warnings().addStrict(strict);
            case IGNORE -> {}
        }
    }

    private String shown(ObjectNode patched) {
        return type.equals(STRATEGIC)
                ? GoText.value(sent().patch())
                : PatchEndpoint.text(TouchedOrder.of(patched, sent().patch()));
    }
}
