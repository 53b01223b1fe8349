package io.kybern.apiserver.authentication;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.http.ApiResponse;

/** Finds out who asks. */
public final class AuthenticationFilter implements Filter {
    private final AuthenticatorChain authenticators;

    public AuthenticationFilter(AuthenticatorChain authenticators) {
        this.authenticators = authenticators;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        if (BearerToken.isSpaced(exchange.request())) {
            exchange.warnings()
                    .add(
                            "the provided Authorization header contains extra space before the bearer token, and is ignored");
        }
        exchange.user(authenticators.authenticate(exchange.request()));
        return next.proceed(exchange);
    }
}
