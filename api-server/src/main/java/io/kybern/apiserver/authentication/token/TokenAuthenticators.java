package io.kybern.apiserver.authentication.token;

import java.util.ArrayList;
import java.util.List;

/** Asks each kind of token in turn; the first that knows a token decides. */
public final class TokenAuthenticators implements TokenAuthenticator {
    private static final String INVALID = "invalid bearer token";

    private final List<TokenAuthenticator> chain;

    public TokenAuthenticators(List<TokenAuthenticator> chain) {
        this.chain = List.copyOf(chain);
    }

    /** Tokens that know no audience are good for the server's own ones. */
    public static TokenAuthenticator forAudiences(TokenAuthenticator tokens, List<String> own) {
        return (token, audiences) -> {
            List<String> shared = own.containsAll(audiences)
                    ? audiences
                    : audiences.stream().filter(own::contains).toList();
            return shared.isEmpty() ? new Answer.Unknown() : tokens.authenticate(token, shared);
        };
    }

    @Override
    public Answer authenticate(String token, List<String> audiences) {
        List<String> refusals = new ArrayList<>(0);
        for (TokenAuthenticator tokens : chain) {
            switch (tokens.authenticate(token, audiences)) {
                case Answer.Known known -> {
                    return new Answer.Known(known.user().authenticated(), known.audiences());
                }
                case Answer.Refused refused -> refusals.add(refused.why());
                case Answer.Unknown unknown -> {}
            }
        }
        return new Answer.Refused(
                refusals.isEmpty() ? INVALID : "[" + INVALID + ", " + String.join(", ", refusals) + "]");
    }
}
