package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.Yaml;
import io.kybern.crd.merge.ApplyException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Server-side apply as a change of the stored object. */
final class ApplyChange implements ObjectWriter.Change {
    private static final String CONVERTING = "error converting YAML to JSON: ";

    private final Call call;
    private final WriteOptions options;
    private final FieldManagers fieldManagers;
    private final InstantSource clock;
    private @Nullable Sent sent;

    ApplyChange(Call call, WriteOptions options, FieldManagers fieldManagers, InstantSource clock) {
        this.call = call;
        this.options = options;
        this.fieldManagers = fieldManagers;
        this.clock = clock;
    }

    /**
     * A configuration that could be read.
     *
     * @param error what strict decoding says of it, empty for nothing
     */
    private record Sent(ObjectNode applied, String error) {}

    private Sent sent() {
        if (sent == null) {
            sent = read(call.request().body());
        }
        return sent;
    }

    private static Sent read(byte[] body) {
        Yaml.Document document;
        try {
            document = Yaml.parse(body);
        } catch (DecodeException e) {
            throw ApiException.badRequest("error decoding YAML: " + CONVERTING + e.getMessage());
        }
        String error = document.duplicates().isEmpty() ? "" : CONVERTING + document.strictError();
        JsonNode tree = document.tree();
        if (tree.isNull()) {
            return new Sent(JsonNodeFactory.instance.objectNode(), error);
        }
        if (tree instanceof ObjectNode object) {
            return new Sent(object, error);
        }
        throw ApiException.badRequest(
                "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                        + KindReader.describe(tree.asToken()) + " into Go value of type map[string]interface {}");
    }

    /** Complains about repeated keys, which is done when everything else about the configuration is good. */
    private void complain() {
        String error = sent().error();
        if (error.isEmpty()) {
            return;
        }
        switch (options.fieldValidation()) {
            case STRICT -> throw ApiException.badRequest("error strict decoding YAML: " + error);
            case WARN -> call.warnings().addStrict(List.of(error));
            case IGNORE -> {}
        }
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
            merged = fieldManagers.apply(
                    resource,
                    call.subresource(),
                    live,
                    sent().applied(),
                    options.fieldManager(),
                    options.force(),
                    clock.instant());
        } catch (ApplyException.BadRequest e) {
            throw ApiException.badRequest(e.statusMessage());
        } catch (ApplyException.Untyped e) {
            throw ApiException.of(Reason.UNKNOWN, e.statusMessage());
        } catch (ApplyException.Conflict e) {
            throw conflict(e);
        }
        complain();
        ObjectNode decoded;
        try {
            decoded = resource.codec().decodeApplied(merged);
        } catch (DecodeException e) {
            JsonNode metadata = sent().applied().path("metadata");
            String kind = resource.kind().group() + "/" + resource.kind().version() + ", Kind="
                    + resource.kind().kind();
            throw ApiException.of(
                    Reason.UNKNOWN,
                    "failed to convert new object ("
                            + metadata.path("namespace").asText("") + "/"
                            + metadata.path("name").asText("") + "; " + kind
                            + ") to proper version: unable to convert unstructured object to " + kind + ": "
                            + e.ofTree());
        }
        decoded.put("kind", resource.kind().kind())
                .put("apiVersion", resource.kind().apiVersion());
        String uid = decoded.path("metadata").path("uid").asText("");
        if (existing.isEmpty() && !uid.isEmpty()) {
            throw ApiException.conflict(
                    resource.groupResource(),
                    call.name(),
                    "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found");
        }
        PatchEndpoint.namespace(decoded, call);
        UpdateEndpoint.checkName(call, decoded);
        return resource.definition().custom() ? decoded : Defaults.apply(resource, decoded);
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
