package io.kybern.apiserver.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a conversion webhook answers, clients are told what a real server tells them, and the same is stored. The answers of
 * a real server are in {@code recorded.json}.
 *
 * <p>{@code -Dconversion.record=https://127.0.0.1:PORT -Dconversion.token=TOKEN} writes that file anew with the answers of
 * the server there, which must be able to reach this machine's loopback address; {@code -Dconversion.cases=REGEX} picks cases.
 */
class WebhookAnswersTest {
    private static final String RECORD = System.getProperty("conversion.record", "");
    private static final String CASES = System.getProperty("conversion.cases", ".*");
    private static final Path FILE = Path.of("src/test/resources/conversion/recorded.json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, ObjectNode> RECORDED = new TreeMap<>();

    private static ApiServer server;
    private static RestCalls calls;
    private static final Map<String, AnswerCase> CASES_BY_NAME = new LinkedHashMap<>();
    private static final Map<String, Future<Map<String, JsonNode>>> RUNS = new LinkedHashMap<>();

    /** More than there are processors: a watch that gets nothing waits. */
    private static final int AT_A_TIME = 8;

    private static ExecutorService threads;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        read();
        if (!RECORD.isEmpty()) {
            calls = new RestCalls(trustingAll(), RECORD, System.getProperty("conversion.token", "admin-token"));
            begin();
            return;
        }
        Path tokens = Files.writeString(directory.resolve("tokens.csv"), "admin,admin,1,\"system:masters\"\n");
        Pki pki = Pki.inMemory(InstantSource.system());
        server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                pki,
                Optional.of(tokens),
                "10.0.0.0/24",
                "30000-32767",
                "https://issuer.example",
                true,
                Duration.ofMinutes(5)));
        calls = new RestCalls(
                TestTls.trusting(pki.authority().certificate()),
                "https://localhost:" + server.uri().getPort(),
                "admin");
        begin();
    }

    @AfterAll
    static void stop() throws IOException {
        threads.shutdownNow();
        if (server != null) {
            server.close();
        }
        if (!RECORD.isEmpty()) {
            Files.writeString(FILE, text());
        }
    }

    // ---- the file: the answers, each once, and which step of which case was answered so

    private static void read() throws IOException {
        try (InputStream file = WebhookAnswersTest.class.getResourceAsStream("/conversion/recorded.json")) {
            if (file == null) {
                return;
            }
            JsonNode all = JSON.readTree(file);
            all.path("cases").properties().forEach(each -> {
                ObjectNode steps = JSON.createObjectNode();
                each.getValue()
                        .properties()
                        .forEach(step -> steps.set(
                                step.getKey(),
                                all.path("answers").path(step.getValue().asText())));
                RECORDED.put(each.getKey(), steps);
            });
        }
    }

    private static String text() {
        Map<String, String> answers = new LinkedHashMap<>();
        List<String> cases = new ArrayList<>();
        RECORDED.forEach((name, steps) -> {
            List<String> lines = new ArrayList<>();
            steps.properties().forEach(step -> {
                String key = answers.computeIfAbsent(step.getValue().toString(), a -> "a" + answers.size());
                lines.add(quoted(step.getKey()) + ": " + quoted(key));
            });
            cases.add("    " + quoted(name) + ": {" + String.join(", ", lines) + "}");
        });
        List<String> lines = new ArrayList<>();
        answers.forEach((answer, key) -> lines.add("    " + quoted(key) + ": " + answer));
        return "{\n  \"answers\": {\n" + String.join(",\n", lines) + "\n  },\n  \"cases\": {\n"
                + String.join(",\n", cases) + "\n  }\n}\n";
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    @TestFactory
    Stream<DynamicTest> answersAsARealServer() {
        return RUNS.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
    }

    private static void begin() {
        threads = Executors.newFixedThreadPool(AT_A_TIME);
        String run = "-" + Long.toString(System.nanoTime(), 36) + ".example.com";
        for (AnswerCase each : AnswerCase.all()) {
            if (each.name().matches(CASES)) {
                String group = "g" + RUNS.size() + run;
                CASES_BY_NAME.put(each.name(), each);
                RUNS.put(each.name(), threads.submit(() -> run(each, group)));
            }
        }
    }

    private static Map<String, JsonNode> run(AnswerCase each, String group) {
        try (AnsweringWebhook webhook = new AnsweringWebhook(each)) {
            return new ConversionScript(
                            calls, each, webhook, group, RECORD.isEmpty() ? Duration.ZERO : Duration.ofSeconds(5))
                    .run();
        }
    }

    private static void check(String name) throws InterruptedException, ExecutionException {
        Map<String, JsonNode> outcomes = RUNS.get(name).get();
        if (!RECORD.isEmpty()) {
            ObjectNode steps = JSON.createObjectNode();
            outcomes.forEach(steps::set);
            RECORDED.put(name, steps);
            return;
        }
        List<String> different = new ArrayList<>();
        JsonNode known = CASES_BY_NAME.get(name).recipe().path("differs");
        RECORDED.get(name).properties().forEach(step -> {
            JsonNode answered = outcomes.get(step.getKey());
            if (step.getValue().equals(answered) == known.has(step.getKey())) {
                different.add(step.getKey() + "\n  real: " + step.getValue() + "\n  here: " + answered);
            }
        });
        assertThat(different).as(String.join("\n", different)).isEmpty();
        assertThat(outcomes).hasSameSizeAs(RECORDED.get(name).properties());
    }

    private static SSLContext trustingAll() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }
}
