package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import java.io.IOException;
import java.util.Base64;

/**
 * Where the next page of a list starts: base64 of {@code {"v":"meta.k8s.io/v1","rv":N,"start":"key"}}. {@code rv} is
 * the revision that all pages show, or -1 for "whatever is newest" in the token that an expired one is answered with.
 *
 * @param start the key to start from, relative to the listed prefix; a trailing NUL means "right after"
 */
record ContinueToken(long revision, String start) {
    private static final String VERSION = "meta.k8s.io/v1";
    private static final String INVALID = "invalid continue token: continue key is not valid: ";

    static ContinueToken after(long revision, String lastPath) {
        return new ContinueToken(revision, lastPath + "\0");
    }

    String encode() {
        ObjectNode token = JsonNodeFactory.instance
                .objectNode()
                .put("v", VERSION)
                .put("rv", revision)
                .put("start", start);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JsonWriter.bytes(token));
    }

    static ContinueToken decode(String text) {
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(INVALID + "illegal base64 data at input byte " + badByte(text));
        }
        JsonNode token;
        try {
            token = JsonTree.parse(json);
        } catch (IOException e) {
            String first = json.length == 0 ? "" : new String(json, 0, 1, java.nio.charset.StandardCharsets.ISO_8859_1);
            throw ApiException.badRequest(INVALID
                    + (first.isEmpty()
                            ? "unexpected end of JSON input"
                            : "invalid character '" + first + "' looking for beginning of value"));
        }
        String version = token.path("v").asText("");
        if (!version.equals(VERSION)) {
            throw ApiException.badRequest(INVALID + "server does not recognize this encoded version " + version);
        }
        long revision = token.path("rv").asLong(0);
        if (revision == 0) {
            throw ApiException.badRequest(INVALID + "incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
        }
        String start = token.path("start").asText("");
        if (start.isEmpty()) {
            throw ApiException.badRequest(INVALID + "encoded start key empty (version meta.k8s.io/v1)");
        }
        if (start.startsWith("../") || start.contains("/../") || start.startsWith("/")) {
            throw ApiException.badRequest(INVALID + start);
        }
        return new ContinueToken(revision, start);
    }

    private static int badByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(Character.isLetterOrDigit(c) && c < 0x80 || c == '-' || c == '_')) {
                return i;
            }
        }
        return text.length();
    }

    /** The first key of the next page; {@code namespace} is the one that is listed, empty for all. */
    ObjectKey from(String namespace, boolean namespaced) {
        if (!namespaced) {
            return new ObjectKey("", start);
        }
        if (!namespace.isEmpty()) {
            return new ObjectKey(namespace, start);
        }
        int slash = start.indexOf('/');
        return slash < 0
                ? new ObjectKey(start, "")
                : new ObjectKey(start.substring(0, slash), start.substring(slash + 1));
    }
}
