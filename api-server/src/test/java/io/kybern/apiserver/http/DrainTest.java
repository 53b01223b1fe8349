package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A listener that stops while a request runs. */
class DrainTest {
    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private VertxListener listener;

    @BeforeEach
    void listen() throws Exception {
        Credential serving = pki.serving(HostNames.ofServer(List.of()));
        listener = VertxListener.start(
                new VertxListener.Listen(
                        "127.0.0.1", 0, serving, pki.authority().certificate()),
                this::serve,
                virtualThreads);
    }

    @AfterEach
    void close() {
        go.countDown();
        listener.close();
        virtualThreads.shutdownNow();
    }

    private ApiResponse serve(ApiRequest request) {
        MustWaitException.unlessMayBlock();
        arrived.countDown();
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Encoder.text(200, "done");
    }

    private CompletableFuture<HttpResponse<String>> ask() throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(TestTls.trusting(pki.authority().certificate()))
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + "/"))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        return answer;
    }

    @Test
    void theRequestIsAnsweredBeforeTheListenerCloses() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = ask();
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> {
            boolean drained = listener.drain(Duration.ofSeconds(30));
            listener.close();
            return drained;
        });
        assertThat(closed).isNotDone();
        go.countDown();
        assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("done");
    }

    @Test
    void patienceHasAnEnd() throws Exception {
        ask();
        assertThat(listener.drain(Duration.ofMillis(1))).isFalse();
    }
}
