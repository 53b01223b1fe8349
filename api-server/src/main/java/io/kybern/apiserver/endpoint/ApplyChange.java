package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.DuplicateFields;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.Yaml;
import io.kybern.crd.merge.ApplyException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Server-side apply as a change of the stored object. */
final class ApplyChange implements ObjectWriter.Change {
    private final Call call;
    private final WriteOptions options;
    private final FieldManagers fieldManagers;
    private final InstantSource clock;
    private final ObjectNode applied;

    ApplyChange(Call call, WriteOptions options, FieldManagers fieldManagers, InstantSource clock) {
        this.call = call;
        this.options = options;
        this.fieldManagers = fieldManagers;
        this.clock = clock;
        this.applied = parse(call, options);
    }

    private static ObjectNode parse(Call call, WriteOptions options) {
        byte[] json;
        JsonNode tree;
        try {
            json = Yaml.toJson(call.request().body());
            tree = JsonTree.parse(json);
        } catch (DecodeException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        } catch (IOException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        }
        if (!(tree instanceof ObjectNode object)) {
            throw ApiException.badRequest("error decoding YAML: the applied document is not an object");
        }
        List<String> duplicates = DuplicateFields.find(json, "");
        if (!duplicates.isEmpty()) {
            String last = duplicates.getFirst();
            String name = last.substring(last.lastIndexOf('.') + 1).replace("\"", "");
            String text = "error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key \"" + name
                    + "\" already set in map";
            switch (options.fieldValidation()) {
                case STRICT -> throw ApiException.badRequest("error strict decoding YAML: " + text);
                case WARN -> call.warnings().add(text.substring("error converting YAML to JSON: ".length()));
                case IGNORE -> {}
            }
        }
        return object;
    }

    @Override
    public boolean managesFields() {
        return true;
    }

    @Override
    public ObjectNode make(ObjectNode existing) {
        Resource resource = call.resource();
        ObjectNode live = existing.isEmpty() ? fresh(resource) : existing;
        ObjectNode merged;
        try {
            merged = fieldManagers
                    .of(resource, call.subresource())
                    .apply(live, applied, options.fieldManager(), options.force(), clock.instant());
        } catch (ApplyException.BadRequest e) {
            throw ApiException.badRequest(e.statusMessage());
        } catch (ApplyException.Untyped e) {
            throw ApiException.of(Reason.UNKNOWN, e.statusMessage());
        } catch (ApplyException.Conflict e) {
            throw conflict(e);
        }
        List<String> strict = new ArrayList<>();
        ObjectNode decoded;
        try {
            decoded = resource.codec().decode(merged, strict);
        } catch (DecodeException e) {
            throw ApiException.of(Reason.UNKNOWN, String.valueOf(e.getMessage()));
        }
        decoded.put("kind", resource.kind().kind())
                .put("apiVersion", resource.kind().apiVersion());
        PatchEndpoint.name(decoded, call);
        UpdateEndpoint.checkName(call, decoded);
        return Defaults.apply(resource, decoded);
    }

    private ObjectNode fresh(Resource resource) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", resource.kind().kind())
                .put("apiVersion", resource.kind().apiVersion());
        object.putObject("metadata");
        return object;
    }

    private static ApiException conflict(ApplyException.Conflict e) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        ArrayNode causes = details.putArray("causes");
        for (ApplyException.Cause cause : e.causes()) {
            causes.addObject()
                    .put("reason", "FieldManagerConflict")
                    .put("message", cause.message())
                    .put("field", cause.field());
        }
        return ApiException.withDetails(Reason.CONFLICT, e.statusMessage(), details);
    }
}
