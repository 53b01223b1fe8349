package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.Optional;

/**
 * A request on its way through a special endpoint.
 *
 * @param stored the resource whose subresource it is; empty for kinds that are only answered
 */
public record SpecialCall(
        Exchange exchange,
        ResourceDefinition definition,
        ResourceDefinition.Version version,
        Optional<Resource> stored,
        String verb) {
    public ApiRequest request() {
        return exchange.request();
    }

    public RequestInfo info() {
        return exchange.info();
    }

    public Resource resource() {
        return stored.orElseThrow(() -> new IllegalStateException(definition.groupResource() + " is not stored"));
    }

    /** The same request as an ordinary one for the object. */
    public Call ordinary() {
        return new Call(request(), info(), exchange.user(), resource(), exchange.warnings());
    }

    /** The object that the request names; 404 if it is not there. */
    public StoredObject object() {
        String namespace = definition.namespaced() ? info().namespace() : "";
        return resource()
                .store()
                .get(resource().key(namespace, info().name()))
                .orElseThrow(() -> ApiException.notFound(definition.groupResource(), info().name()));
    }
}
