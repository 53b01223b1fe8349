package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one step after the other and writes down each answer in the form of the recordings. */
final class StepReplay {
    private static final Duration UNTIL_OPEN = Duration.ofSeconds(3);
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(100);
    private static final int DEFAULT_WATCH_MILLIS = 4_000;
    private static final int DEFAULT_AWAIT_MILLIS = 10_000;

    private final Client client;
    private final Target target;
    private final Variables variables;
    private final Normaliser normaliser;

    StepReplay(Client client, Target target, Variables variables, Normaliser normaliser) {
        this.client = client;
        this.target = target;
        this.variables = variables;
        this.normaliser = normaliser;
    }

    /** What the step gave: {@code code}, {@code headers}, {@code body} or {@code events}; or {@code error}. */
    JsonNode run(ObjectNode step) {
        ObjectNode result =
                Json.NODES.objectNode().put("name", step.path("name").asText());
        try {
            return result.setAll(replay(step));
        } catch (IOException | RuntimeException e) {
            return result.put("error", e.toString());
        }
    }

    private ObjectNode replay(ObjectNode step) throws IOException {
        Request request = StepRequest.of(step, variables, target.token());
        ArrayNode during = Json.NODES.arrayNode();
        Answer answer;
        if (step.has("watch")) {
            answer = watch(request, step.path("watch"), during);
        } else if (step.has("await")) {
            answer = await(request, step.path("await"));
        } else {
            answer = client.call(request);
        }
        if (step.has("sleepMs")) {
            TopicReplay.pause(Duration.ofMillis(step.path("sleepMs").asLong()));
        }
        ObjectNode result = new AnswerRecorder(step, variables, normaliser).record(request, answer);
        if (!during.isEmpty()) {
            result.set("during", during);
        }
        return result;
    }

    /** Watches on another thread while the steps within it run on this one. */
    private Answer watch(Request request, JsonNode watch, ArrayNode during) throws IOException {
        Duration timeout = Duration.ofMillis(watch.path("timeoutMs").asLong(DEFAULT_WATCH_MILLIS));
        Client.Until until = new Client.Until(
                watch.path("until").asInt(0),
                timeout,
                Duration.ofMillis(watch.path("settleMs").asLong(0)),
                watch.path("bookmarks").asBoolean(false));
        CountDownLatch opened = new CountDownLatch(1);
        CompletableFuture<Answer> events = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                events.complete(client.watch(request, until, opened::countDown));
            } catch (IOException | RuntimeException e) {
                events.completeExceptionally(e);
            }
        });
        try {
            opened.await(UNTIL_OPEN.toMillis(), TimeUnit.MILLISECONDS);
            for (JsonNode step : watch.path("during")) {
                during.add(run((ObjectNode) step));
            }
            return events.get(timeout.plus(target.patience()).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no answer to a watch", e.getCause() == null ? e : e.getCause());
        }
    }

    /** Asks until the answer is the awaited one; the last answer counts. */
    private Answer await(Request request, JsonNode await) throws IOException {
        long patience = Math.min(
                Duration.ofMillis(await.path("timeoutMs").asLong(DEFAULT_AWAIT_MILLIS))
                        .toNanos(),
                target.longestAwait().toNanos());
        long end = System.nanoTime() + patience;
        Answer answer = client.call(request);
        while (!awaited(answer, await) && System.nanoTime() <= end) {
            TopicReplay.pause(BETWEEN_POLLS);
            answer = client.call(request);
        }
        return answer;
    }

    private boolean awaited(Answer answer, JsonNode await) {
        if (await.has("code")) {
            return answer.code() == await.path("code").asInt();
        }
        Optional<JsonNode> body = Json.parse(new String(answer.body(), StandardCharsets.UTF_8));
        if (body.isEmpty()) {
            return false;
        }
        try {
            JsonNode got = JsonPath.of(await.path("path").asText()).get(body.get());
            return !await.has("equals") || got.equals(variables.fill(await.path("equals")));
        } catch (JsonPath.Missing e) {
            return false;
        }
    }
}
