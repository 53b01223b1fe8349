package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.DuplicateFields;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.patch.JsonPatch;
import io.kybern.crd.patch.MergePatch;
import io.kybern.crd.patch.StrategicMergePatch;
import io.kybern.crd.value.GoText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JSON patch, merge patch and strategic merge patch as a change of the stored object. */
final class PatchChange implements ObjectWriter.Change {
    static final String JSON = "application/json-patch+json";
    static final String MERGE = "application/merge-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";

    private final Call call;
    private final WriteOptions options;
    private final String type;
    private final JsonNode patch;
    private final List<String> patchErrors;

    PatchChange(Call call, WriteOptions options, String type) {
        this.call = call;
        this.options = options;
        this.type = type;
        byte[] body = call.request().body();
        try {
            this.patch = JsonTree.parse(body);
        } catch (IOException e) {
            throw ApiException.badRequest(type.equals(MERGE) ? "Invalid JSON Patch" : GoJsonError.describe(e, body));
        }
        this.patchErrors =
                type.equals(STRATEGIC) ? List.of() : DuplicateFields.find(body, type.equals(JSON) ? "json patch " : "");
    }

    @Override
    public ObjectNode make(ObjectNode existing) {
        Resource resource = call.resource();
        ObjectNode patched = switch (type) {
            case JSON -> object(JsonPatch.of(patch).apply(existing));
            case MERGE -> MergePatch.apply(existing, patch);
            default ->
                StrategicMergePatch.apply(
                        existing, patch, resource.version().schema().get());
        };
        List<String> strict = new ArrayList<>(patchErrors);
        if (type.equals(JSON)) {
            JsonPatch.of(patch).unknownMembers().forEach(strict::add);
        }
        Optional<String> otherKind = BodyDecoder.otherKind(patched, resource.kind());
        if (otherKind.isPresent()) {
            throw PatchEndpoint.strict(shown(patched), otherKind.get());
        }
        ObjectNode decoded;
        try {
            decoded = resource.codec().decode(patched, strict);
        } catch (DecodeException e) {
            throw PatchEndpoint.strict(shown(patched), String.valueOf(e.getMessage()));
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

    private void complain(List<String> strict, ObjectNode patched) {
        if (strict.isEmpty()) {
            return;
        }
        switch (options.fieldValidation()) {
            case STRICT ->
                throw PatchEndpoint.strict(shown(patched), "strict decoding error: " + String.join(", ", strict));
            case WARN -> strict.forEach(call.warnings()::add);
            case IGNORE -> {}
        }
    }

    private String shown(ObjectNode patched) {
        return type.equals(STRATEGIC) ? GoText.value(patch) : PatchEndpoint.text(TouchedOrder.of(patched, patch));
    }
}
