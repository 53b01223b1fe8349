package io.kybern.apiserver.authorization;

import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;

/** The 403 of a request that is not allowed. Source of texts: {@code handlers/responsewriters/errors.go}. */
public final class Forbidden {
    private Forbidden() {}

    public static ApiException of(AuthorizationAttributes a, String reason) {
        String why = message(a) + (reason.isEmpty() ? "" : ": " + reason);
        return ApiException.forbidden(new GroupResource(a.group(), a.resource()), a.name(), why);
    }

    /** As {@link #of}, for what is refused before any endpoint sees it: with the header that the original adds there. */
    public static ApiException of(Exchange exchange, AuthorizationAttributes a, String reason) {
        exchange.responseHeaders().set("X-Content-Type-Options", "nosniff");
        return of(a, reason);
    }

    private static String message(AuthorizationAttributes a) {
        String user = "User " + FieldErrors.quote(a.user().name()) + " cannot " + a.verb();
        if (!a.resourceRequest()) {
            return user + " path " + FieldErrors.quote(a.path());
        }
        String where = a.namespace().isEmpty()
                ? " at the cluster scope"
                : " in the namespace " + FieldErrors.quote(a.namespace());
        return user + " resource " + FieldErrors.quote(a.qualifiedResource()) + " in API group "
                + FieldErrors.quote(a.group()) + where;
    }
}
