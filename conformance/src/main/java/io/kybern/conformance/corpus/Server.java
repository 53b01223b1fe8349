package io.kybern.conformance.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** A server as its administrator sees it. */
final class Server {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client;
    private final URI base;
    private final String token;

    Server(URI base, String token, SSLContext tls) {
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.base = base;
        this.token = token;
    }

    /** An answer; a body that is no JSON object is kept as the member {@code text} of one. */
    record Answer(int code, ObjectNode body) {
        String message() {
            return body.path("message").asText();
        }
    }

    Answer send(String method, String path, JsonNode body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("User-Agent", "corpus")
                .method(
                        method,
                        body.isMissingNode() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        String text = response.body();
        return new Answer(
                response.statusCode(),
                text.startsWith("{")
                        ? (ObjectNode) JSON.readTree(text)
                        : JsonNodeFactory.instance.objectNode().put("text", text));
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, JSON.missingNode());
    }
}
