package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;

/** The answer to a write. */
final class Answers {
    private Answers() {}

    static ApiResponse written(Projections projections, Call call, ObjectWriter.Written written, Representation form) {
        int status = written.created() ? 201 : 200;
        return written.stored()
                .map(object -> projections.stored(call.resource(), status, object, form, call.request()))
                .orElseGet(() -> projections.tree(call.resource(), status, written.tree(), form, call.request()));
    }
}
