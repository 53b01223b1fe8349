package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import io.kybern.crd.patch.PatchException;
import io.kybern.crd.patch.StrategicMergePatch;
import io.kybern.crd.value.GoText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        ObjectNode decoded = decodedInPart(existing).orElseGet(() -> decoded(existing));
        decoded.put("kind", resource.kind().kind())
                .put("apiVersion", resource.kind().apiVersion());
        UpdateEndpoint.checkName(call, decoded);
        return Defaults.apply(resource, decoded);
    }

    private ObjectNode decoded(ObjectNode existing) {
        ObjectNode patched = patched(existing);
        Optional<String> otherKind =
                BodyDecoder.otherKind(patched, call.resource().kind());
        if (otherKind.isPresent()) {
            throw PatchEndpoint.strict(shown(patched), otherKind.get());
        }
        List<String> strict = new ArrayList<>();
        ObjectNode decoded;
        try {
            decoded = decode(patched, strict);
        } catch (DecodeException e) {
            throw PatchEndpoint.strict(
                    shown(patched), type.equals(STRATEGIC) ? e.ofTree() : String.valueOf(e.getMessage()));
        }
        complain(strict, patched);
        return decoded;
    }

    /**
     * The same at the cost of what the patch touches: members of an object that it leaves alone were decoded before they were stored,
     * each by itself. A kubelet reports the status of a pod that is mostly spec and metadata. Empty if there is nothing to be gained, or
     * something to complain about: then the words are those about the whole object.
     */
    private Optional<ObjectNode> decodedInPart(ObjectNode existing) {
        if (call.resource().definition().custom() || !sent().errors().isEmpty()) {
            return Optional.empty();
        }
        Optional<Set<String>> members = PatchedMembers.of(type, sent().patch());
        if (members.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode touched = existing.objectNode();
        ObjectNode untouched = existing.objectNode();
        for (Map.Entry<String, JsonNode> member : existing.properties()) {
            boolean plain = !member.getValue().isObject() || members.get().contains(member.getKey());
            (plain ? touched : untouched).set(member.getKey(), member.getValue());
        }
        if (untouched.isEmpty()) {
            return Optional.empty();
        }
        List<String> strict = new ArrayList<>();
        try {
            ObjectNode patched = patched(touched);
            if (BodyDecoder.otherKind(patched, call.resource().kind()).isPresent()) {
                return Optional.empty();
            }
            ObjectNode decoded = decode(patched, strict);
            untouched.properties().forEach(member -> decoded.set(member.getKey(), copy(member.getValue())));
            return strict.isEmpty() ? Optional.of(decoded) : Optional.empty();
        } catch (PatchException | ApiException | DecodeException e) {
            return Optional.empty();
        }
    }

    /** A copy that may be changed, but for managed fields, of which metadata mostly consists: they are replaced as a whole. */
    private static JsonNode copy(JsonNode member) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : member.properties()) {
            JsonNode value = entry.getValue();
            copy.set(entry.getKey(), entry.getKey().equals("managedFields") ? value : value.deepCopy());
        }
        return copy;
    }

    private ObjectNode patched(ObjectNode existing) {
        JsonNode patch = sent().patch();
        return switch (type) {
            case JSON -> object(JsonPatch.of(patch).apply(existing));
            case MERGE -> MergePatch.apply(existing, patch);
            default ->
                StrategicMergePatch.apply(
                        existing, patch, call.resource().version().schema().get());
        };
    }

    private ObjectNode decode(ObjectNode patched, List<String> strict) {
        return type.equals(STRATEGIC)
                ? call.resource().codec().convert(patched, strict)
                : call.resource().codec().decode(patched, strict);
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
