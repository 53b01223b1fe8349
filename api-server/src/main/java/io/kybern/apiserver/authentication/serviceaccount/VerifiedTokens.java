package io.kybern.apiserver.authentication.serviceaccount;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The claims of tokens whose signature was verified, the least recently used forgotten first. Keyed by digest: memory
 * holds no token. What may change (time, bound objects) is not remembered.
 */
final class VerifiedTokens {
    private static final int MAX_TOKENS = 8_192;

    private final Map<ByteBuffer, TokenClaims> claims = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, TokenClaims> eldest) {
            return size() > MAX_TOKENS;
        }
    };

    Optional<TokenClaims> get(String token, Function<String, Optional<TokenClaims>> verify) {
        ByteBuffer key = digest(token);
        synchronized (claims) {
            @Nullable TokenClaims known = claims.get(key);
            if (known != null) {
                return Optional.of(known);
            }
        }
        Optional<TokenClaims> verified = verify.apply(token);
        verified.ifPresent(c -> {
            synchronized (claims) {
                claims.put(key, c);
            }
        });
        return verified;
    }

    private static ByteBuffer digest(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
