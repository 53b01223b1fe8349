package io.kybern.apiserver.authentication;

import io.kybern.apiserver.http.ApiRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a request carries a bearer token: the Authorization header, or a WebSocket subprotocol. */
public final class BearerToken {
    private static final String SCHEME = "bearer ";
    private static final String SUBPROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private BearerToken() {}

    /** The token; empty if there is none. */
    public static String of(ApiRequest request) {
        String authorization = request.header("Authorization").strip();
        if (authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return isSpaced(request)
                    ? ""
                    : authorization.substring(SCHEME.length()).split(" ", 2)[0];
        }
        if (authorization.isEmpty() && request.upgrades()) {
            for (String offered : request.header("Sec-WebSocket-Protocol").split(",")) {
                String protocol = offered.strip();
                if (protocol.startsWith(SUBPROTOCOL)) {
                    return decode(protocol.substring(SUBPROTOCOL.length()));
                }
            }
        }
        return "";
    }

    /** Whether more than one space stands before the token, which then is none. */
    static boolean isSpaced(ApiRequest request) {
        String authorization = request.header("Authorization").strip();
        return authorization.regionMatches(true, 0, SCHEME + " ", 0, SCHEME.length() + 1);
    }

    private static String decode(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
