package io.kybern.apiserver.http;

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
    private static final byte[] NO_BODY = new byte[0];

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

    /** The first value of a header; empty text if there is none. */
    public String header(String name) {
        return headers.first(name).orElse("");
    }

    public boolean upgrades() {
        return header("Upgrade").equalsIgnoreCase("websocket");
    }
}
