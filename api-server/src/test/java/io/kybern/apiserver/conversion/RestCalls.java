package io.kybern.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** An administrator who sends plain requests to a server, whichever it is. */
final class RestCalls {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final String server;
    private final String token;

    RestCalls(SSLContext tls, String server, String token) {
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.server = server;
        this.token = token;
    }

    /** An answer, its body a text if it is no JSON; without one the code is 0. */
    record Answer(int code, JsonNode body) {
        boolean isGood() {
            return code / 100 == 2;
        }
    }

    Answer get(String path) {
        return send("GET", path, "application/json", "");
    }

    Answer create(String path, JsonNode object) {
        return send("POST", path, "application/json", object.toString());
    }

    Answer send(String method, String path, String type, String body) {
        return send(method, path, type, body, "application/json");
    }

    Answer send(String method, String path, String type, String body, String accept) {
        HttpRequest.Builder request = request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Accept", accept);
        if (!body.isEmpty()) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), json(answer.body()));
        } catch (IOException e) { // a server that gives up on a request may hang up
            return new Answer(0, JsonNodeFactory.instance.textNode("no answer"));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The first events of a watch, as many as are wanted or come before the server ends it; or the refusal. */
    Answer watch(String path, int events) {
        try {
            HttpResponse<java.io.InputStream> answer = client.send(request(path).build(), BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                List<JsonNode> seen = new ArrayList<>();
                String line = lines.readLine();
                while (line != null) {
                    seen.add(json(line));
                    line = seen.size() < events ? lines.readLine() : null;
                }
                boolean refused = answer.statusCode() != 200;
                return new Answer(
                        answer.statusCode(),
                        refused && seen.size() == 1
                                ? seen.getFirst()
                                : JsonNodeFactory.instance.arrayNode().addAll(seen));
            }
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(60));
    }
}
