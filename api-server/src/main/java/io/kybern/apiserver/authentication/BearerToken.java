package io.kybern.apiserver.authentication;

import io.kybern.apiserver.http.ApiRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a request carries a bearer token: the Authorization header, or a WebSocket subprotocol. */
public final class BearerToken {
    private static final String SUBPROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private BearerToken() {}

    /** The token; empty if there is none. */
    public static String of(ApiRequest request) {
        String authorization = request.header("Authorization").strip();
        if (authorization.regionMatches(true, 0, "bearer ", 0, 7)) {
            return authorization.substring(7).strip();
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

    private static String decode(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
