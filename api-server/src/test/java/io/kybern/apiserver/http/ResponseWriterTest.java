package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each form of an answer, as clients of both protocols get it. */
@Timeout(60)
class ResponseWriterTest {
    private final Pki pki = Pki.inMemory(InstantSource.system());
    private VertxListener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = VertxListener.start(
                new VertxListener.Listen(
                        "127.0.0.1",
                        0,
                        pki.serving(List.of("127.0.0.1")),
                        pki.authority().certificate()),
                ResponseWriterTest::answer,
                Runnable::run);
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private static ApiResponse answer(ApiRequest request) {
        Headers headers = new Headers();
        headers.add("X-Form", request.path());
        return switch (request.path()) {
            case "/chunks" ->
                new ApiResponse.Chunks(
                        201,
                        headers,
                        Stream.of("a", "b", "c")
                                .map(text -> ByteBuffer.wrap(bytes(text)))
                                .iterator());
            case "/stream" -> stream(headers);
            case "/sized" -> {
                headers.add("Content-Length", "3");
                yield stream(headers);
            }
            default -> new ApiResponse.Full(201, headers, List.of(bytes("ab"), bytes("c")));
        };
    }

    private static ApiResponse stream(Headers headers) {
        return new ApiResponse.Stream(201, headers, sink -> {
            sink.write(bytes("ab"));
            sink.write(bytes("c"));
            sink.end();
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private HttpResponse<String> ask(String method, String path, HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(TestTls.trusting(pki.authority().certificate()))
                .version(version)
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("X-Form")).contains(path);
        return answer;
    }

    private static Optional<String> length(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Length");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWholeHasItsLength(HttpClient.Version version) throws Exception {
        HttpResponse<String> answer = ask("GET", "/full", version);
        assertThat(answer.body()).isEqualTo("abc");
        assertThat(length(answer)).contains("3");
    }

    @ParameterizedTest
    @EnumSource
    void headHasTheLengthAndNoBody(HttpClient.Version version) throws Exception {
        HttpResponse<String> answer = ask("HEAD", "/full", version);
        assertThat(answer.body()).isEmpty();
        assertThat(length(answer)).contains("3");
    }

    @ParameterizedTest
    @EnumSource
    void piecesComeInOrder(HttpClient.Version version) throws Exception {
        HttpResponse<String> answer = ask("GET", "/chunks", version);
        assertThat(answer.body()).isEqualTo("abc");
        assertThat(length(answer)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamComesAsItIsWritten(HttpClient.Version version) throws Exception {
        HttpResponse<String> answer = ask("GET", "/stream", version);
        assertThat(answer.body()).isEqualTo("abc");
        assertThat(length(answer)).isEmpty();
    }

    @Test
    void aStreamOfKnownLengthIsNotChunked() throws Exception {
        HttpResponse<String> answer = ask("GET", "/sized", HttpClient.Version.HTTP_1_1);
        assertThat(answer.body()).isEqualTo("abc");
        assertThat(length(answer)).contains("3");
        assertThat(answer.headers().firstValue("Transfer-Encoding")).isEmpty();
    }
}
