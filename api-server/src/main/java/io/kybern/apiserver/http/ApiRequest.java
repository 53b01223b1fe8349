package io.kybern.apiserver.http;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;

/**
 * One request, whatever carried it.
 *
 * @param path percent-decoded path without the query
 * @param rawPath as sent
 * @param body whole; empty if there is none
 */
public record ApiRequest(
        String method,
        String path,
        String rawPath,
        String rawQuery,
        QueryParameters query,
        Headers headers,
        byte[] body,
        Peer peer) {
    /** Source: {@code --max-request-body-bytes}'s default in k8s.io/apiserver. */
    static final int MAX_BODY = 3 << 20;

    private static final byte[] NO_BODY = new byte[0];
    private static final byte[] TOO_LARGE = new byte[0];

    /** A request with no body yet. */
    public static ApiRequest of(String method, String target, Headers headers, Peer peer) {
        int mark = target.indexOf('?');
        String rawPath = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        return new ApiRequest(
                method,
                PathDecoder.decode(rawPath),
                rawPath,
                query,
                QueryParameters.parse(query),
                headers,
                NO_BODY,
                peer);
    }

    public ApiRequest withBody(byte[] content) {
        return new ApiRequest(method, path, rawPath, rawQuery, query, headers, content, peer);
    }

    /** The request with a body that nobody kept: whoever asks for it learns why. */
    ApiRequest withTooLargeBody() {
        return withBody(TOO_LARGE);
    }

    /** @throws ApiException 413 if the body was too large to be kept */
    @Override
    public byte[] body() {
        if (body == TOO_LARGE) {
            throw ApiException.of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: limit is " + MAX_BODY);
        }
        return body;
    }

    /** The first value of a header; empty text if there is none. */
    public String header(String name) {
        String value = headers.value(name);
        return value == null ? "" : value;
    }

    public boolean upgrades() {
        return header("Upgrade").equalsIgnoreCase("websocket");
    }
}
