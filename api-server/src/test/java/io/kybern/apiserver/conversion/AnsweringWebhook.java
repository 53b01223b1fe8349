package io.kybern.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.kybern.apiserver.webhook.TestHook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A webhook that turns {@code spec.host} and {@code spec.port} (v1) into {@code spec.hostPort} (v2) and back, until it is told
 * to answer as a case has it.
 */
final class AnsweringWebhook implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AnswerCase how;
    private final TestHook server;
    private volatile boolean spoilt;

    AnsweringWebhook(AnswerCase how) {
        this.how = how;
        List<String> names = how.recipe().path("tls").asText().equals("other name")
                ? List.of("elsewhere.example")
                : List.of("127.0.0.1", how.recipe().at("/service/name").asText("hook") + ".default.svc");
        this.server = new TestHook(this::answer, names);
    }

    void spoil(boolean now) {
        spoilt = now;
    }

    int port() {
        return server.port();
    }

    String caBundle() {
        return server.caBundle();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode review = JSON.readTree(exchange.getRequestBody());
        boolean redirected = exchange.getRequestURI().getPath().equals("/elsewhere");
        if (!spoilt
                || redirected
                        && !how.recipe().path("code").isMissingNode()
                        && !how.recipe().path("loop").asBoolean()) {
            send(exchange, 200, HostPortConversion.answer(review).toString());
            return;
        }
        JsonNode recipe = how.recipe();
        if (recipe.path("drop").asBoolean()) {
            return;
        }
        recipe.path("headers")
                .properties()
                .forEach(h -> exchange.getResponseHeaders()
                        .set(h.getKey(), h.getValue().asText()));
        ObjectNode answer = HostPortConversion.answer(review);
        how.spoil(answer);
        String body = recipe.has("body") ? recipe.path("body").asText() : answer.toString();
        if (recipe.has("cut")) {
            body = body.substring(0, body.length() - recipe.path("cut").asInt());
        }
        if (recipe.has("long")) {
            body = body.replace("LONG", "y".repeat(recipe.path("long").asInt()));
        }
        send(
                exchange,
                recipe.path("code").asInt(200),
                body + recipe.path("tail").asText());
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
