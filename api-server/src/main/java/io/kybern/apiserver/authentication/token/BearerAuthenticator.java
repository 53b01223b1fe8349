package io.kybern.apiserver.authentication.token;

import io.kybern.apiserver.authentication.Authenticator;
import io.kybern.apiserver.authentication.BearerToken;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.http.ApiRequest;
import java.util.List;
import java.util.Optional;

/** Users by the bearer token of a request, which must be meant for this server. */
public final class BearerAuthenticator implements Authenticator {
    private final TokenAuthenticator tokens;
    private final List<String> audiences;

    public BearerAuthenticator(TokenAuthenticator tokens, List<String> audiences) {
        this.tokens = tokens;
        this.audiences = List.copyOf(audiences);
    }

    @Override
    public Optional<User> authenticate(ApiRequest request) {
        String token = BearerToken.of(request);
        return !token.isEmpty()
                        && tokens.authenticate(token, audiences)
                                instanceof TokenAuthenticator.Answer.Known(User user, var a)
                ? Optional.of(user)
                : Optional.empty();
    }
}
