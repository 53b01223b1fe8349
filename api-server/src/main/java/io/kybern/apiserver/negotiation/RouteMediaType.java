package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;

/** The Accept check of a route that produces one media type. */
public final class RouteMediaType {
    private RouteMediaType() {}

    /** @throws ApiException 406 if the client does not take it */
    public static void check(ApiRequest request, String mediaType) {
        String accept = request.header("Accept");
        if (accept.isBlank()
                || MediaRange.parseAccept(accept).stream().anyMatch(clause -> matches(clause.type(), mediaType))) {
            return;
        }
        throw ApiException.withDetails(
                Reason.NOT_ACCEPTABLE,
                "406: Not Acceptable\n\nAvailable representations: " + mediaType,
                JsonNodeFactory.instance.objectNode());
    }

    private static boolean matches(String asked, String mediaType) {
        return asked.equals("*/*") || asked.equals(mediaType);
    }
}
