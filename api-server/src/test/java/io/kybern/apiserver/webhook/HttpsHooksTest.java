package io.kybern.apiserver.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.service.ServiceAddresses;
import io.kybern.crd.resource.GroupResource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks that answer late, for ever, or something that is no answer. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HttpsHooksTest {
    /** There are no services. */
    static final ObjectReader NOTHING = new ObjectReader() {
        @Override
        public Optional<ObjectNode> get(GroupResource resource, String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public List<ObjectNode> list(GroupResource resource, String namespace) {
            return List.of();
        }

        @Override
        public boolean isEmpty(GroupResource resource, String namespace) {
            return true;
        }
    };

    private final HttpsHooks hooks = new HttpsHooks(new ServiceAddresses(NOTHING, new Random(1)));
    private final CountDownLatch closing = new CountDownLatch(1);

    @AfterEach
    void close() {
        closing.countDown();
        hooks.close();
    }

    private String post(TestHook hook, int seconds) throws HookException {
        HookAddress address = new HookAddress(hook.url("/"), Optional.empty(), hook.caBundle());
        return new String(hooks.post(address, seconds, "{}".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    /** The reason for which there is no answer. */
    private String failure(int seconds, TestHook.Answer answer) {
        try (TestHook hook = new TestHook(answer)) {
            String text = post(hook, seconds);
            throw new AssertionError("answered " + text.substring(0, Math.min(100, text.length())));
        } catch (HookException e) {
            return e.text();
        } finally {
            closing.countDown();
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Test
    void anAnswerIsTaken() throws Exception {
        try (TestHook hook = new TestHook(exchange -> send(exchange, 200, "{\"a\":1}"))) {
            assertThat(post(hook, 20)).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void whoHangsIsLeft() {
        assertThat(failure(1, exchange -> closing.await())).endsWith("/?timeout=1s\": context deadline exceeded");
    }

    @Test
    void whoDripsIsLeftWhenTheTimeOfTheWholeIsUp() {
        assertThat(failure(1, exchange -> {
                    exchange.sendResponseHeaders(200, 1_000_000);
                    OutputStream out = exchange.getResponseBody();
                    do {
                        out.write(' ');
                        out.flush();
                    } while (!closing.await(10, TimeUnit.MILLISECONDS));
                }))
                .isEqualTo(
                        "unexpected error when reading response body. Please retry. Original error: context deadline exceeded");
    }

    @Test
    void whoSaysWhenIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (TestHook hook = new TestHook(exchange -> {
            if (asked.incrementAndGet() < 4) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                send(exchange, asked.get() == 2 ? 429 : 503, "later");
            } else {
                send(exchange, 200, "{}");
            }
        })) {
            assertThat(post(hook, 20)).isEqualTo("{}");
        }
    }

    @Test
    void whoAlwaysWantsToBeAskedLaterIsAskedElevenTimes() {
        AtomicInteger asked = new AtomicInteger();
        assertThat(failure(20, exchange -> {
                    asked.incrementAndGet();
                    exchange.getResponseHeaders().set("Retry-After", "0");
                    send(exchange, 429, "later");
                }))
                .startsWith("the server has received too many requests");
        assertThat(asked).hasValue(11);
    }

    @Test
    void whoWantsToBeAskedTooLateIsNot() {
        assertThat(failure(1, exchange -> {
                    exchange.getResponseHeaders().set("Retry-After", "3600");
                    send(exchange, 503, "later");
                }))
                .endsWith("/?timeout=1s\": context deadline exceeded");
    }

    @Test
    void whoNeverEndsIsCutOff() {
        byte[] piece = "y".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        assertThat(failure(60, exchange -> {
                    exchange.sendResponseHeaders(200, 0); // in chunks
                    OutputStream out = exchange.getResponseBody();
                    while (closing.getCount() > 0) {
                        out.write(piece);
                    }
                }))
                .endsWith("the answer is larger than 33554432 bytes");
    }

    @Test
    void whatBecomesMuchWhenReadIsRefused() {
        assertThat(failure(60, exchange -> send(exchange, 200, "[" + "[],".repeat(5_000_000) + "[]]")))
                .isEqualTo("the answer has more than 4000000 values");
    }

    @Test
    void whatWasCutOffTakesNoRoomFromOthers() throws Exception {
        String large = "x".repeat(33 << 20);
        try (TestHook bad = new TestHook(exchange -> send(exchange, 200, large));
                TestHook good = new TestHook(exchange -> send(exchange, 200, "{}"))) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> post(bad, 60)).hasMessageContaining("larger than 33554432 bytes");
            }
            assertThat(post(good, 60)).isEqualTo("{}");
        }
    }

    @Test
    void whoBreaksOffHasNotAnswered() {
        assertThat(failure(20, exchange -> {
                    exchange.sendResponseHeaders(200, 1_000);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    exchange.getHttpContext().getServer().stop(0);
                }))
                .isEqualTo("unexpected error when reading response body. Please retry. Original error: unexpected EOF");
    }

    private static void redirect(HttpExchange exchange, int status, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        send(exchange, status, "");
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void aQuestionFollowsWhereItIsSent(int status) throws Exception {
        try (TestHook hook = new TestHook(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/")) {
                redirect(exchange, status, "/elsewhere?x=y");
            } else {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                send(exchange, 200, exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            }
        })) {
            assertThat(post(hook, 20)).isEqualTo("POST /elsewhere?x=y {}");
        }
    }

    @Test
    void otherRedirectionsLoseTheQuestion() throws Exception {
        try (TestHook hook = new TestHook(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/")) {
                redirect(exchange, 302, "/elsewhere");
            } else {
                send(exchange, 200, exchange.getRequestMethod());
            }
        })) {
            assertThat(post(hook, 20)).isEqualTo("GET");
        }
    }

    @Test
    void whoSendsRoundInCirclesIsLeft() {
        assertThat(failure(20, exchange -> redirect(exchange, 307, "/loop")))
                .isEqualTo("Post \"/loop\": stopped after 10 redirects");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | the server has asked for the client to provide credentials
            404 | the server could not find the requested resource
            409 | the server reported a conflict
            400 | the server rejected our request for an unknown reason
            410 | the server responded with the status code 410 but did not return more information
            500 | an error on the server ("") has prevented the request from succeeding
            300 | the server responded with the status code 300 but did not return more information
            422 | the server rejected our request due to an error in our request
            503 | the server is currently unable to handle the request
            504 | the server was unable to return a response in the time allotted, but may still be processing the request
            204 | 0-length response with status code: 204 and content type: application/json
            """)
    void aRefusalIsToldInTheWordsOfTheOriginal(int status, String text) {
        assertThat(failure(20, exchange -> send(exchange, status, ""))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 406, 415})
    void someRefusalsTellWhatTheWebhookSays(int status) {
        assertThat(failure(20, exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    send(exchange, status, " not for you ");
                }))
                .isEqualTo("not for you");
        assertThat(failure(20, exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    send(exchange, status, "{}");
                }))
                .isEqualTo("unknown");
    }
}
