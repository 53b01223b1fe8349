package io.kybern.apiserver.customresource.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A webhook behind real TLS that turns {@code spec.host} and {@code spec.port} (v1) into {@code spec.hostPort} (v2) and back.
 * What it answers may be spoilt.
 */
final class ConversionHook implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Makes another answer of a right one; an empty text hangs until the webhook is closed. */
    interface Spoiler extends BiFunction<JsonNode, ObjectNode, String> {}

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final List<JsonNode> reviews = new CopyOnWriteArrayList<>();
    private final HttpsServer server;
    private final java.util.concurrent.CountDownLatch closing = new java.util.concurrent.CountDownLatch(1);
    private final java.util.concurrent.ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Spoiler spoiler = (review, answer) -> answer.toString();

    ConversionHook() {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls(pki.serving(List.of("localhost", "127.0.0.1")))));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/convert", this::answer);
        server.start();
    }

    private static SSLContext tls(Credential credential) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", credential.key(), new char[0], new Certificate[] {credential.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

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
        webhook.putObject("clientConfig")
                .put("url", "https://localhost:" + server.getAddress().getPort() + "/convert")
                .put(
                        "caBundle",
                        Base64.getEncoder()
                                .encodeToString(pki.authority().certificatePem().getBytes(StandardCharsets.US_ASCII)));
        return conversion;
    }

    /** The port alone, for a service that leads here. */
    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        server.stop(0);
        threads.shutdownNow();
    }
}
