package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.apiserver.registry.Resource;

/**
 * A request for a resource on its way through an endpoint.
 *
 * @param warnings collects the texts of Warning headers; the pipeline adds them to whatever is answered
 */
public record Call(ApiRequest request, RequestInfo info, User user, Resource resource, Warnings warnings) {
    public String namespace() {
        return resource.definition().namespaced() ? info.namespace() : "";
    }

    public String name() {
        return info.name();
    }

    public String subresource() {
        return info.subresource();
    }
}
