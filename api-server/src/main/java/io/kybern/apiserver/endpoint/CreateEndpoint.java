package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;

/** {@code create}: POST to a collection. */
public final class CreateEndpoint implements Endpoint {
    private final ObjectWriter writer;
    private final Projections projections;

    public CreateEndpoint(ObjectWriter writer, Projections projections) {
        this.writer = writer;
        this.projections = projections;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        boolean custom = resource.definition().custom();
        Representation form =
                Negotiator.negotiate(call.request(), Negotiator.Target.OBJECT, !custom, ListEndpoint.goType(resource));
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        ObjectNode object = BodyDecoder.decode(
                call.request(), resource.kind(), resource.codec(), custom, options.fieldValidation(), call.warnings());
        object = Defaults.apply(resource, object);
        ObjectWriter.Written written = writer.create(call, object, options, false);
        return Answers.written(projections, call, written, form);
    }
}
