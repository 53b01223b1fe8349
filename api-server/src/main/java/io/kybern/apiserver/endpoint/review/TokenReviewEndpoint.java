package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.token.TokenAuthenticator;
import io.kybern.apiserver.endpoint.AnsweredKind;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.WriteOptions;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.crd.resource.Trees;
import java.time.InstantSource;
import java.util.List;

/** {@code TokenReview}: whose a bearer token is, for which of the wanted audiences. */
public final class TokenReviewEndpoint implements SpecialEndpoint {
    private final TokenAuthenticator tokens;
    private final List<String> audiences;
    private final InstantSource clock;

    /** @param audiences the server's own, for reviews that name none */
    public TokenReviewEndpoint(TokenAuthenticator tokens, List<String> audiences, InstantSource clock) {
        this.tokens = tokens;
        this.audiences = List.copyOf(audiences);
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        AnsweredKind kind = new AnsweredKind(call.definition().kind(call.version()));
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        ObjectNode review = kind.read(call, options);
        kind.manageFields(review, call.version().schema().get(), "", options.fieldManager(), clock.instant());
        if (!Trees.text(review, "metadata", "namespace").isEmpty()) {
            throw ApiException.badRequest(
                    "namespace is not allowed on this type: " + Trees.text(review, "metadata", "namespace"));
        }
        String token = Trees.text(review, "spec", "token");
        if (token.isEmpty()) {
            throw ApiException.badRequest("token is required for TokenReview in authentication");
        }
        List<String> wanted = Trees.texts(review.path("spec").path("audiences"));
        ObjectNode status = review.putObject("status");
        switch (tokens.authenticate(token, wanted.isEmpty() ? audiences : wanted)) {
            case TokenAuthenticator.Answer.Known known -> {
                status.put("authenticated", true).set("user", UserInfo.of(known.user()));
                known.audiences().forEach(status.putArray("audiences")::add);
            }
            case TokenAuthenticator.Answer.Refused refused ->
                status.put("error", refused.why()).putObject("user");
            case TokenAuthenticator.Answer.Unknown unknown -> status.putObject("user");
        }
        return kind.answer(201, review, form);
    }
}
