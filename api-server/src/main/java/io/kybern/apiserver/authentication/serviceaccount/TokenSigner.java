package io.kybern.apiserver.authentication.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies JSON Web Tokens with RS256 and one key pair, for which it asks at the first token: making such a key is
 * a good part of a first start. Thread-safe.
 */
public final class TokenSigner {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final String ALGORITHM = "SHA256withRSA";

    private final Supplier<KeyPair> source;
    private volatile @Nullable Key known;

    /** @param source gives the same keys each time; may be asked more than once */
    public TokenSigner(Supplier<KeyPair> source) {
        this.source = source;
    }

    /** The key pair with the header of what it signs. */
    private record Key(KeyPair pair, String header) {
        static Key of(KeyPair pair) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            return new Key(pair, encode(json.put("alg", "RS256").put("kid", keyId(pair.getPublic()))));
        }
    }

    private Key key() {
        Key key = known;
        if (key == null) {
            key = Key.of(source.get());
            known = key;
        }
        return key;
    }

    /** How a key is called in headers and key sets: the digest of its DER form. Source: {@code keyIDFromPublicKey}. */
    public static String keyId(PublicKey key) {
        try {
            return ENCODER.encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String sign(ObjectNode claims) {
        Key key = key();
        String signed = key.header() + "." + encode(claims);
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key.pair().getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + ENCODER.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("can't sign with the service account key", e);
        }
    }

    /** The claims of a token, not verified; empty if it is no such token. */
    public static Optional<JsonNode> claims(String token) {
        String[] parts = token.split("\\.", -1);
        return parts.length == 3 ? decode(parts[1]) : Optional.empty();
    }

    /** Whether the token has our signature. */
    public boolean verifies(String token) {
        int end = token.lastIndexOf('.');
        Optional<JsonNode> head = decode(token.substring(0, Math.max(0, token.indexOf('.'))));
        if (head.isEmpty() || !head.get().path("alg").asText().equals("RS256")) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key().pair().getPublic());
            signature.update(token.substring(0, end).getBytes(StandardCharsets.UTF_8));
            return signature.verify(DECODER.decode(token.substring(end + 1)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String encode(ObjectNode json) {
        return ENCODER.encodeToString(JsonWriter.bytes(json));
    }

    private static Optional<JsonNode> decode(String part) {
        try {
            JsonNode json = JsonTree.parse(DECODER.decode(part));
            return json.isObject() ? Optional.of(json) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
