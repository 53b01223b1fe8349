package io.kybern.apiserver.customresource.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
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
        String body = spoiler.apply(review, converted(review));
        if (body.isEmpty()) {
            closing.await();
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static ObjectNode converted(JsonNode review) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("apiVersion", review.path("apiVersion"));
        answer.put("kind", "ConversionReview");
        ObjectNode response = answer.putObject("response");
        response.set("uid", review.at("/request/uid"));
        response.putObject("result").put("status", "Success");
        String wanted = review.at("/request/desiredAPIVersion").asText();
        for (JsonNode object : review.at("/request/objects")) {
            ObjectNode copy = object.deepCopy();
            copy.put("apiVersion", wanted);
            if (copy.get("spec") instanceof ObjectNode spec) {
                convert(spec, wanted.endsWith("/v2"));
            }
            response.withArray("/convertedObjects").add(copy);
        }
        return answer;
    }

    private static void convert(ObjectNode spec, boolean together) {
        if (together && spec.has("host")) {
            spec.put(
                    "hostPort",
                    spec.remove("host").asText() + ":" + spec.remove("port").asText());
        } else if (!together && spec.has("hostPort")) {
            String[] parts = spec.remove("hostPort").asText().split(":");
            spec.put("host", parts[0]).put("port", parts[1]);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.close();
    }
}
