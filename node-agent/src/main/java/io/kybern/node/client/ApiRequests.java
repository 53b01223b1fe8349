package io.kybern.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Single requests over the Fabric8 client's own connections and credentials, where its typed verbs would read the object
 * before they patch it. Calls block.
 */
public final class ApiRequests {
    public static final String JSON = "application/json";
    public static final String STRATEGIC_MERGE = "application/strategic-merge-patch+json";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long TIMEOUT_SECONDS = 30;

    private final KubernetesClient client;
    private final String root;

    public ApiRequests(KubernetesClient client) {
        this.client = client;
        String base = client.getMasterUrl().toString();
        this.root = base.endsWith("/") ? base : base + "/";
    }

    /** @param code the HTTP status; {@code body} may be empty */
    public record Answer(int code, String body) {
        /** @throws UncheckedIOException for any code but 2xx, telling {@code what} was attempted */
        public void expectSuccess(String what) {
            if (code / 100 != 2) {
                throw new UncheckedIOException(new IOException("could not " + what + ": HTTP " + code + " " + body));
            }
        }

        public JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * @param path without a leading slash, such as {@code api/v1/nodes}
     * @throws UncheckedIOException when there was no answer
     */
    public Answer send(String method, String contentType, String path, JsonNode body) {
        return send(request(path).method(method, contentType, body.toString()).build());
    }

    /** As {@link #send}, for a read. */
    public Answer get(String path) {
        return send(request(path).build());
    }

    private HttpRequest.Builder request(String path) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .uri(root + path);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response =
                    client.getHttpClient().sendAsync(request, byte[].class).join();
            byte[] bytes = response.body();
            return new Answer(response.code(), bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8));
        } catch (CompletionException e) {
            throw new UncheckedIOException(new IOException("the API server did not answer", e.getCause()));
        }
    }
}
