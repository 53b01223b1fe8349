package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A JSON web token as its header and claims, without what each token has of its own. */
final class Tokens {
    private static final Pattern JWT = Pattern.compile("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private Tokens() {}

    record Parts(JsonNode header, JsonNode claims) {}

    static boolean looksLike(String text) {
        return JWT.matcher(text).matches();
    }

    /** Empty when it only looks like one. */
    static Optional<Parts> decode(String token) {
        String[] parts = token.split("\\.", -1);
        if (!(part(parts[0]) instanceof ObjectNode header) || !(part(parts[1]) instanceof ObjectNode claims)) {
            return Optional.empty();
        }
        if (header.has("kid")) {
            header.put("kid", "<kid>");
        }
        long lifetime = claims.path("exp").asLong() - claims.path("iat").asLong();
        for (String time : List.of("iat", "nbf", "exp")) {
            if (claims.has(time)) {
                claims.put(time, "<" + time + ">");
            }
        }
        claims.put("exp-iat", lifetime);
        if (claims.get("kubernetes.io") instanceof ObjectNode bound && bound.has("warnafter")) {
            bound.put("warnafter", "<warnafter>");
        }
        return Optional.of(new Parts(header, claims));
    }

    private static JsonNode part(String encoded) {
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(encoded);
            return Json.parse(new String(decoded, StandardCharsets.UTF_8)).orElse(Json.NODES.nullNode());
        } catch (IllegalArgumentException e) {
            return Json.NODES.nullNode();
        }
    }
}
