package io.kybern.apiserver.customresource.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.kybern.apiserver.conversion.HostPortConversion;
import io.kybern.apiserver.webhook.TestHook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;

/**
 * A webhook behind real TLS that turns {@code spec.host} and {@code spec.port} (v1) into {@code spec.hostPort} (v2) and back.
 * What it answers may be spoilt.
 */
final class ConversionHook implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Makes another answer of a right one; an empty text hangs until the webhook is closed. */
    interface Spoiler extends BiFunction<JsonNode, ObjectNode, String> {}

    private final List<JsonNode> reviews = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final TestHook server = new TestHook(this::answer);
    private volatile Spoiler spoiler = (review, answer) -> answer.toString();

    /** The answers from now on. */
    void spoil(Spoiler with) {
        spoiler = with;
    }

    void behave() {
        spoiler = (review, answer) -> answer.toString();
    }

    /** What it was asked. */
    List<JsonNode> reviews() {
        return reviews;
    }

    /** {@code spec.conversion} of a definition. */
    ObjectNode conversion(String... reviewVersions) {
        ObjectNode conversion = JSON.createObjectNode().put("strategy", "Webhook");
        ObjectNode webhook = conversion.putObject("webhook");
        List.of(reviewVersions).forEach(webhook.putArray("conversionReviewVersions")::add);
        webhook.putObject("clientConfig").put("url", server.url("/convert")).put("caBundle", server.caBundle());
        return conversion;
    }

    /** The port alone, for a service that leads here. */
    int port() {
        return server.port();
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        JsonNode review = JSON.readTree(exchange.getRequestBody());
        reviews.add(review);
        String body = spoiler.apply(review, HostPortConversion.answer(review));
        if (body.isEmpty()) {
            closing.await();
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closing.countDown();
        server.close();
    }
}
