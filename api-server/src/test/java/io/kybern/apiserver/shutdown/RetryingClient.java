package io.kybern.apiserver.shutdown;

import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Repeats what client-go repeats: an answer of 429 or 5xx that names a time to wait for, up to ten times, and a GET whose
 * connection broke. All else is a failure.
 */
final class RetryingClient {
    private static final int ATTEMPTS = 10;

    private final HttpClient client;
    private final String server;
    private final AtomicInteger repeated = new AtomicInteger();

    RetryingClient(Pki pki, int port, HttpClient.Version version) {
        this.client = HttpClient.newBuilder()
                .sslContext(TestTls.trusting(pki.authority().certificate()))
                .version(version)
                .build();
        this.server = "https://localhost:" + port;
    }

    int repeated() {
        return repeated.get();
    }

    /** The answer, if it was worth one at last. */
    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                Optional<String> after = answer.headers().firstValue("Retry-After");
                boolean again = after.isPresent() && (answer.statusCode() == 429 || answer.statusCode() >= 500);
                if (!again || attempt == ATTEMPTS) {
                    return answer;
                }
                Thread.sleep(Duration.ofSeconds(Long.parseLong(after.orElseThrow())));
            } catch (IOException e) {
                if (!method.equals("GET") || attempt == ATTEMPTS) {
                    throw new IOException(method + " " + path + ": " + e, e);
                }
            }
            repeated.incrementAndGet();
        }
    }

    /** A body that goes on. */
    HttpResponse<InputStream> open(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path)).header("Authorization", "Bearer admin");
    }
}
