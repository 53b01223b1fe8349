package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;

/** {@code update}: PUT of an object or of a subresource that has the object's own kind. */
public final class UpdateEndpoint implements Endpoint {
    private final ObjectWriter writer;
    private final Projections projections;

    public UpdateEndpoint(ObjectWriter writer, Projections projections) {
        this.writer = writer;
        this.projections = projections;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        boolean custom = resource.definition().custom();
        Representation form =
                Negotiator.negotiate(call.request(), Negotiator.Target.OBJECT, !custom, ListEndpoint.goType(resource));
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.UPDATE, false);
        ObjectNode sent = BodyDecoder.decode(
                call.request(), resource.kind(), resource.codec(), custom, options.fieldValidation(), call.warnings());
        checkNamespace(call, sent);
        checkName(call, sent);
        ObjectNode defaulted = Defaults.apply(resource, sent);
        boolean mayCreate = call.subresource().isEmpty() && resource.strategy().allowsCreateOnUpdate();
        ObjectWriter.Written written = writer.update(call, new Replacement(defaulted), options, mayCreate);
        return Answers.written(projections, call, written, form);
    }

    /** The object as it was sent, in place of the stored one. */
    private record Replacement(ObjectNode sent) implements ObjectWriter.Change {
        @Override
        public ObjectNode make(ObjectNode existing) {
            return sent.deepCopy();
        }

        @Override
        public boolean namesObject() {
            return true;
        }
    }

    static void checkName(Call call, ObjectNode object) {
        String name = object.path("metadata").path("name").asText("");
        if (name.isEmpty()) {
            throw ApiException.badRequest("the name of the object (" + call.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        if (!name.equals(call.name())) {
            throw ApiException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + call.name() + ")");
        }
        checkNamespace(call, object);
    }

    private static void checkNamespace(Call call, ObjectNode object) {
        String namespace = object.path("metadata").path("namespace").asText("");
        if (!namespace.isEmpty() && call.resource().definition().namespaced() && !namespace.equals(call.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }
}
