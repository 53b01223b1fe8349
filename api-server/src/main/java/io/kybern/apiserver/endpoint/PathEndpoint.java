package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;

/** Answers a path that is no resource. Called from any thread, never blocks for long. */
@FunctionalInterface
public interface PathEndpoint {
    ApiResponse serve(ApiRequest request);

    /** What the original answers for paths that nobody serves. */
    static ApiResponse notFound() {
        return Encoder.text(404, "404 page not found\n");
    }
}
