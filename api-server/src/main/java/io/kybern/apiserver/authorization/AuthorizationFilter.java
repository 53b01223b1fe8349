package io.kybern.apiserver.authorization;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.RequestInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Refuses what the user may not do. */
public final class AuthorizationFilter implements Filter {
    private static final Set<String> SELECTING = Set.of("list", "watch", "deletecollection");

    private final Authorizer authorizer;

    public AuthorizationFilter(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        AuthorizationAttributes attributes = attributes(exchange);
        Authorizer.Decision decision = authorizer.authorize(attributes);
        if (decision instanceof Authorizer.Decision.Allow) {
            return next.proceed(exchange);
        }
        throw Forbidden.of(exchange, attributes, decision.reason());
    }

    private static AuthorizationAttributes attributes(Exchange exchange) {
        RequestInfo info = exchange.info();
        Map<String, String> fields = SELECTING.contains(info.verb())
                ? demanded(exchange.request().query().get("fieldSelector"))
                : Map.of();
        return new AuthorizationAttributes(
                exchange.user(),
                info.verb(),
                info.resourceRequest(),
                info.group(),
                info.version(),
                info.resource(),
                info.subresource(),
                info.namespace(),
                info.name().isEmpty() ? fields.getOrDefault("metadata.name", "") : info.name(),
                info.resourceRequest() ? "" : info.path(),
                fields);
    }

    /** The equalities of a selector. One that can't be parsed demands nothing here and is refused later. */
    private static Map<String, String> demanded(String selector) {
        Map<String, String> out = new HashMap<>();
        for (String term : selector.split(",")) {
            int equals = term.indexOf('=');
            if (equals > 0 && term.charAt(equals - 1) != '!' && term.indexOf('\\') < 0) {
                String value = term.substring(equals + 1);
                out.put(term.substring(0, equals).strip(), value.startsWith("=") ? value.substring(1) : value);
            }
        }
        return out;
    }
}
