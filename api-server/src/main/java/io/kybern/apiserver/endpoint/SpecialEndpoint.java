package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.ApiResponse;

/** Serves a kind that is only answered, or a subresource that has a kind of its own. Threads as for {@link Endpoint}. */
@FunctionalInterface
public interface SpecialEndpoint {
    ApiResponse serve(SpecialCall call);
}
