package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;

/** Serves one verb on resources. One class a verb; stateless but for what it was built with. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers, or throws an {@code ApiException}. Runs on an event loop for reads, on a virtual thread else; a read that
     * would have to wait throws {@link MustWaitException} on an event loop and is called again on a virtual thread.
     */
    ApiResponse serve(Call call);
}
