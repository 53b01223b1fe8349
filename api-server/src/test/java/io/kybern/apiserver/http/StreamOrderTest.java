package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream comes whole and in order, behind its head and before its end, through the codec or past it. */
@Timeout(60)
class StreamOrderTest {
    private static final int LINES = 300_000;
    /** More than a connection holds. */
    private static final int LONG = 32 << 20;

    private final Pki pki = Pki.inMemory(InstantSource.system());

    /** Writes numbered lines, some of them together, as its connection takes them. */
    private static final class Numbered {
        private final StreamSink sink;
        private int next;

        Numbered(StreamSink sink) {
            this.sink = sink;
            sink.onDrain(this::more);
            sink.write(line()); // as a watch does with an error: unasked
        }

        void more() {
            while (next < LINES && !sink.isFull()) {
                if (next % 1000 == 0) {
                    sink.write(line());
                } else {
                    sink.write(List.of(line(), line(), line()));
                }
            }
            if (next >= LINES) {
                sink.end();
            }
        }

        private byte[] line() {
            return (next++ + "\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    private ApiResponse answer(ApiRequest request) {
        if (request.path().equals("/long")) {
            return ApiResponse.Full.of(200, new Headers(), new byte[LONG]);
        }
        return new ApiResponse.Stream(200, new Headers(), sink -> new Numbered(sink).more());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void allComesInOrder(HttpClient.Version version) throws Exception {
        try (VertxListener listener = listen();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TestTls.trusting(pki.authority().certificate()))
                        .version(version)
                        .build()) {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + "/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.version()).isEqualTo(version);
            assertThat(inOrder(response)).isGreaterThanOrEqualTo(LINES);
        }
    }

    /** What goes past the codec overtakes nothing, also where the connection takes no more. */
    @Test
    void aStreamComesBehindTheAnswerThatFillsItsConnection() throws Exception {
        try (VertxListener listener = listen();
                Socket socket = TestTls.trusting(pki.authority().certificate())
                        .getSocketFactory()
                        .createSocket("127.0.0.1", listener.port())) {
            String both = "GET /long HTTP/1.1\r\nHost: a\r\n\r\nGET /numbered HTTP/1.1\r\nHost: a\r\n\r\n";
            socket.getOutputStream().write(both.getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            assertThat(head(in)).startsWith("HTTP/1.1 200 OK");
            in.skipNBytes(LONG);
            assertThat(head(in)).startsWith("HTTP/1.1 200 OK").contains("chunked");
        }
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < 1000) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private VertxListener listen() throws IOException {
        Credential serving = pki.serving(List.of("127.0.0.1"));
        return VertxListener.start(
                new VertxListener.Listen(
                        "127.0.0.1", 0, serving, pki.authority().certificate()),
                this::answer,
                Runnable::run);
    }

    private static int inOrder(HttpResponse<InputStream> response) throws IOException {
        int expected = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                assertThat(line).isEqualTo(Integer.toString(expected++));
            }
        }
        return expected;
    }
}
