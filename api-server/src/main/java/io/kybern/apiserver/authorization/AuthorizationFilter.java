package io.kybern.apiserver.authorization;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.RequestInfo;

/** Refuses what the user may not do. */
public final class AuthorizationFilter implements Filter {
    private final Authorizer authorizer;

    public AuthorizationFilter(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        RequestInfo info = exchange.info();
        AuthorizationAttributes attributes = new AuthorizationAttributes(
                exchange.user(),
                info.verb(),
                info.resourceRequest(),
                info.group(),
                info.version(),
                info.resource(),
                info.subresource(),
                info.namespace(),
                info.name(),
                info.resourceRequest() ? "" : info.path());
        Authorizer.Decision decision = authorizer.authorize(attributes);
        if (decision instanceof Authorizer.Decision.Allow) {
            return next.proceed(exchange);
        }
        throw Forbidden.of(attributes, decision.reason());
    }
}
