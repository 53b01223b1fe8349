package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;

/** {@code delete} of one object. */
public final class DeleteEndpoint implements Endpoint {
    private final ObjectDeleter deleter;
    private final Projections projections;

    public DeleteEndpoint(ObjectDeleter deleter, Projections projections) {
        this.deleter = deleter;
        this.projections = projections;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        Representation form = Negotiator.negotiate(
                call.request(),
                Negotiator.Target.OBJECT,
                !resource.definition().custom(),
                ListEndpoint.goType(resource));
        DeleteOptions options = DeleteOptions.parse(call.request());
        StoredObject stored = resource.store()
                .get(resource.key(call.namespace(), call.name()))
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), call.name()));
        warn(call, options);
        ObjectDeleter.Deleted deleted = deleter.delete(call, stored, options);
        return switch (deleted) {
            case ObjectDeleter.Deleted.Gone(ObjectNode tree)
            when !resource.strategy().returnsDeletedObject() ->
                Encoder.tree(200, success(resource, tree), form.withoutProjection());
            case ObjectDeleter.Deleted.Gone(ObjectNode tree) ->
                projections.tree(resource, 200, tree, form, call.request());
            case ObjectDeleter.Deleted.Pending pending -> {
                boolean orphans = options.orphanDependents().isPresent()
                        && !options.orphanDependents().get();
                yield projections.tree(resource, orphans ? 202 : 200, pending.tree(), form, call.request());
            }
        };
    }

    static void warn(Call call, DeleteOptions options) {
        if (options.propagation().isEmpty() && options.orphanDependents().isEmpty()) {
            call.resource().strategy().deletionWarnings().forEach(call.warnings()::add);
        }
    }

    static ObjectNode success(Resource resource, ObjectNode tree) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        details.put("name", tree.path("metadata").path("name").asText(""));
        if (!resource.definition().group().isEmpty()) {
            details.put("group", resource.definition().group());
        }
        details.put("kind", resource.definition().names().plural());
        details.put("uid", tree.path("metadata").path("uid").asText(""));
        return status;
    }
}
