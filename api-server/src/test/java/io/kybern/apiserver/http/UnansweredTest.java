package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A chain that fails itself, instead of answering with an error. */
class UnansweredTest {
    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    private VertxListener listener;

    @BeforeEach
    void listen() throws Exception {
        Credential serving = pki.serving(HostNames.ofServer(List.of()));
        listener = VertxListener.start(
                new VertxListener.Listen(
                        "127.0.0.1", 0, serving, pki.authority().certificate()),
                UnansweredTest::fail,
                virtualThreads);
    }

    @AfterEach
    void close() {
        listener.close();
        virtualThreads.shutdownNow();
    }

    private static ApiResponse fail(ApiRequest request) {
        if (request.path().equals("/waits")) {
            MustWaitException.unlessMayBlock();
        }
        throw new LinkageError("a class is broken");
    }

    @ParameterizedTest
    @CsvSource({"/waits, HTTP_1_1", "/waits, HTTP_2", "/waits-not, HTTP_1_1", "/waits-not, HTTP_2"})
    void whoAskedDoesNotWaitForEver(String path, HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(TestTls.trusting(pki.authority().certificate()))
                .version(version)
                .build();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + path))
                    .build();
            CompletableFuture<HttpResponse<Void>> answer =
                    client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
            assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        } finally {
            client.shutdownNow();
        }
    }
}
