package io.kybern.apiserver.authentication;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import java.util.List;
import java.util.Optional;

/**
 * Asks each authenticator in turn; the first user found is it. Who sends credentials that nobody knows is refused, who
 * sends none is anonymous where that is allowed.
 */
public final class AuthenticatorChain {
    private final List<Authenticator> authenticators;
    private final boolean anonymous;

    public AuthenticatorChain(List<Authenticator> authenticators, boolean anonymous) {
        this.authenticators = List.copyOf(authenticators);
        this.anonymous = anonymous;
    }

    public User authenticate(ApiRequest request) {
        for (Authenticator authenticator : authenticators) {
            Optional<User> user = authenticator.authenticate(request);
            if (user.isPresent()) {
                return user.get().authenticated();
            }
        }
        if (!anonymous || !BearerToken.of(request).isEmpty()) {
            throw ApiException.of(Reason.UNAUTHORIZED, "Unauthorized");
        }
        return User.ANONYMOUS;
    }
}
