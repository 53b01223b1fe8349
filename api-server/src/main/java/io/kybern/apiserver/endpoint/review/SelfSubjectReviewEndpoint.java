package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.AnsweredKind;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.WriteOptions;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.negotiation.Representation;
import java.time.InstantSource;

/** {@code SelfSubjectReview}: who the caller is ({@code kubectl auth whoami}). */
public final class SelfSubjectReviewEndpoint implements SpecialEndpoint {
    private final InstantSource clock;

    public SelfSubjectReviewEndpoint(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        AnsweredKind kind = new AnsweredKind(call.definition().kind(call.version()));
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        kind.read(call, options);
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.putObject("metadata").put("creationTimestamp", SystemFields.time(clock.instant()));
        out.putObject("status").set("userInfo", UserInfo.of(call.exchange().user()));
        return kind.answer(201, out, form);
    }
}
