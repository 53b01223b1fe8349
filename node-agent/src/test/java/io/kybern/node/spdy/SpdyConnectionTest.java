package io.kybern.node.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpdyConnectionTest {
    /** Two SYN_STREAMs as Go's spdystream writes them: streamtype error, then streamtype data, port 8080, requestid 0. */
    private static final byte[] OF_GO = HexFormat.of()
            .parseHex(
                    "80030001000000290000000100000000000078f9e3c6a7c26260606004a7b392a2d4c45c6851c29a0a0a6800000000ffff"
                            + "800300010000002f0000000300000000000002a547060606ce2248d465829234a301866250b9930829c28bc0b9c5c2c0c2"
                            + "00000000ffff");

    private static final byte[] PING = HexFormat.of().parseHex("800300060000000400000001");

    private final ExecutorService wires = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Void> serverClosed = new CompletableFuture<>();
    private final AtomicReference<SpdyConnection> client = new AtomicReference<>();
    private final AtomicReference<SpdyConnection> server = new AtomicReference<>();

    @AfterEach
    void stop() {
        wires.shutdownNow();
    }

    /** Bytes go to the other side in order, on a thread of the wire. */
    private final class Joined implements Wire {
        private final ExecutorService thread =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
        private final AtomicReference<SpdyConnection> to;

        Joined(AtomicReference<SpdyConnection> to) {
            this.to = to;
        }

        @Override
        public void send(byte[] bytes) {
            thread.execute(() -> to.get().receive(bytes));
        }

        @Override
        public void close() {
            thread.execute(() -> to.get().close());
        }
    }

    /** Says everything back, and ends when the other side does. */
    private StreamReceiver echo(SpdyStream stream) {
        opened.add(stream.header("streamtype") + stream.header("port"));
        return new StreamReceiver() {
            @Override
            public void data(byte[] data) {
                stream.send(data);
            }

            @Override
            public void ended() {
                stream.end();
            }
        };
    }

    private void connect() {
        server.set(SpdyConnection.server(new Joined(client), this::echo, () -> serverClosed.complete(null)));
        client.set(SpdyConnection.client(new Joined(server)));
    }

    private static final class Collected implements StreamReceiver {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void data(byte[] data) {
            text.append(new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void ended() {
            end.complete(text.toString());
        }

        @Override
        public void reset() {
            end.complete(text + " (reset)");
        }
    }

    @Test
    void streamsAreApart() throws Exception {
        connect();
        Collected one = new Collected();
        Collected other = new Collected();
        SpdyStream first = client.get().open(Map.of("streamtype", "data", "port", "1"), one);
        SpdyStream second = client.get().open(Map.of("streamtype", "data", "port", "2"), other);
        first.send("a".getBytes(StandardCharsets.UTF_8));
        second.send("x".getBytes(StandardCharsets.UTF_8));
        first.send("b".getBytes(StandardCharsets.UTF_8));
        first.end();
        assertThat(one.end.get(20, TimeUnit.SECONDS)).isEqualTo("ab");
        second.end();
        assertThat(other.end.get(20, TimeUnit.SECONDS)).isEqualTo("x");
        assertThat(opened).containsExactly("data1", "data2");
    }

    @Test
    void moreThanMayWaitGoesThrough() throws Exception {
        connect();
        Collected all = new Collected();
        SpdyStream stream = client.get().open(Map.of("streamtype", "data"), all);
        byte[] piece = new byte[100_000];
        Arrays.fill(piece, (byte) 'z');
        for (int i = 0; i < 20; i++) {
            stream.send(piece);
        }
        stream.end();
        assertThat(all.end.get(20, TimeUnit.SECONDS)).hasSize(2_000_000);
    }

    @Test
    void theEndOfAConnectionIsTheEndOfItsStreams() throws Exception {
        connect();
        Collected cut = new Collected();
        client.get().open(Map.of("streamtype", "data"), cut);
        client.get().close();
        assertThat(cut.end.get(20, TimeUnit.SECONDS)).isEqualTo(" (reset)");
        serverClosed.get(20, TimeUnit.SECONDS);
    }

    @Test
    void framesOfGoAreRead() {
        for (int step : List.of(1, 7, OF_GO.length)) {
            opened.clear();
            List<byte[]> sent = new ArrayList<>();
            SpdyConnection connection = SpdyConnection.server(
                    new Wire() {
                        @Override
                        public void send(byte[] bytes) {
                            sent.add(bytes);
                        }

                        @Override
                        public void close() {
                            opened.add("closed");
                        }
                    },
                    this::echo,
                    () -> {});
            for (int i = 0; i < OF_GO.length; i += step) {
                connection.receive(Arrays.copyOfRange(OF_GO, i, Math.min(OF_GO.length, i + step)));
            }
            assertThat(opened).containsExactly("error", "data8080");
            // Go can't read a reply without a block of headers: it is longer than its twelve bytes of numbers.
            assertThat(sent).hasSize(2).allMatch(reply -> reply.length > 12);
            connection.receive(PING);
            assertThat(sent.getLast()).isEqualTo(PING);
            connection.receive(HexFormat.of().parseHex("8009000100000004"));
            assertThat(opened).endsWith("closed");
        }
    }
}
