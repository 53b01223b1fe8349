package io.kybern.apiserver.issuer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.negotiation.RouteMediaType;
import io.kybern.apiserver.wire.JsonWriter;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/** {@code /openid/v1/jwks}: the public key of service account tokens. Source: pkg/serviceaccount/openidmetadata.go. */
public final class JsonWebKeysEndpoint implements PathEndpoint {
    private static final String MEDIA_TYPE = "application/jwk-set+json";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Supplier<RSAPublicKey> key;

    public JsonWebKeysEndpoint(Supplier<RSAPublicKey> key) {
        this.key = key;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        if (!request.method().equals("GET")) {
            throw ApiException.methodNotAllowed();
        }
        RouteMediaType.check(request, MEDIA_TYPE);
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        RSAPublicKey rsa = key.get();
        out.putArray("keys")
                .addObject()
                .put("use", "sig")
                .put("kty", "RSA")
                .put("kid", keyId(rsa))
                .put("alg", "RS256")
                .put("n", unsigned(rsa.getModulus()))
                .put("e", unsigned(rsa.getPublicExponent()));
        Headers headers = new Headers()
                .add("Content-Type", MEDIA_TYPE)
                .add("Cache-Control", IssuerConfigurationEndpoint.CACHE_CONTROL);
        return ApiResponse.Full.of(200, headers, JsonWriter.bytes(out));
    }

    /** The id under which tokens name their key: SHA-256 of the key. Source: pkg/serviceaccount/jwt.go, keyIDFromPublicKey. */
    public static String keyId(RSAPublicKey key) {
        try {
            return BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String unsigned(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }
}
