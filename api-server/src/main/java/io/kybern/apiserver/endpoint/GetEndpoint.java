package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;

/** {@code get}: the stored bytes. Also of {@code status}, which reads as the whole object. */
public final class GetEndpoint implements Endpoint {
    private final Projections projections;

    public GetEndpoint(Projections projections) {
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
        String asked = call.request().query().get("resourceVersion");
        if (!asked.isEmpty() && !asked.equals("0")) {
            ListEndpoint.await(
                    resource.store(),
                    ListOptions.parse(call.request().query(), false).revision(false));
        }
        StoredObject object = resource.store()
                .get(resource.key(call.namespace(), call.name()))
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), call.name()));
        return projections.stored(resource, 200, object, form, call.request());
    }
}
