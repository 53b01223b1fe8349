package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that doesn't read gets what its connection holds, keeps no memory busy and nobody waiting. */
@Timeout(60)
class BackPressureTest {
    private static final int PIECE = 32 << 10;
    /** More than the buffers of both ends of a connection hold, far less than what an endless body gives in a moment. */
    private static final long BOUND = 64L << 20;
    /** A moment. */
    private static final int OTHERS = 32;

    private static final Executor NONE = task -> {
        throw new AssertionError("nothing here needs a thread");
    };

    private final AtomicLong made = new AtomicLong();
    private final Pki pki = Pki.inMemory(InstantSource.system());
    private VertxListener listener;

    @BeforeEach
    void listen() throws IOException {
        Credential serving = pki.serving(List.of("127.0.0.1"));
        listener = VertxListener.start(
                new VertxListener.Listen(
                        "127.0.0.1", 0, serving, pki.authority().certificate()),
                this::answer,
                NONE);
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private ApiResponse answer(ApiRequest request) {
        return switch (request.path()) {
            case "/list" -> new ApiResponse.Chunks(200, new Headers(), endless());
            case "/watch" ->
                new ApiResponse.Stream(200, new Headers(), sink -> {
                    sink.onDrain(() -> fill(sink));
                    fill(sink);
                });
            default -> ApiResponse.Full.of(200, new Headers(), "there".getBytes(StandardCharsets.US_ASCII));
        };
    }

    private Iterator<ByteBuffer> endless() {
        return Stream.generate(() -> ByteBuffer.wrap(piece())).iterator();
    }

    private void fill(StreamSink sink) {
        while (!sink.isFull()) {
            sink.write(piece());
        }
    }

    private byte[] piece() {
        if (made.addAndGet(PIECE) > BOUND) {
            throw new AssertionError("more is made than a connection holds");
        }
        return new byte[PIECE];
    }

    @Test
    void longListsWaitForTheirReader() throws Exception {
        staysBounded("/list");
    }

    @Test
    void watchesWaitForTheirReader() throws Exception {
        staysBounded("/watch");
    }

    @Test
    void aBodyGoesOnAsItIsRead() throws Exception {
        try (SSLSocket reader = ask("/list")) {
            InputStream in = reader.getInputStream();
            assertThat(in.readNBytes(16 << 20)).hasSize(16 << 20);
        }
    }

    private void staysBounded(String path) throws Exception {
        try (SSLSocket silent = ask(path)) {
            assertThat(silent.getInputStream().read()).isEqualTo('H');
            for (int i = 0; i < OTHERS; i++) { // reaches every event loop, also that of the silent client
                try (SSLSocket other = ask("/other")) {
                    assertThat(other.getInputStream().read()).isEqualTo('H');
                }
            }
            assertThat(made.get()).isBetween((long) PIECE, BOUND);
        }
    }

    private SSLSocket ask(String path) throws Exception {
        SSLSocket socket = (SSLSocket) TestTls.trusting(pki.authority().certificate())
                .getSocketFactory()
                .createSocket("127.0.0.1", listener.port());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
