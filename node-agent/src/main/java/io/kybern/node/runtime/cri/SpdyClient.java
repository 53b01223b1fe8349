package io.kybern.node.runtime.cri;

import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.spdy.SpdyConnection;
import io.kybern.node.spdy.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Connects to the streaming server of a container runtime, which listens on loopback: HTTP/1.1, upgraded to SPDY/3.1. A virtual
 * thread reads each connection.
 */
final class SpdyClient {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int BLOCK = 64 << 10;
    private static final int MAX_HEAD = 16 << 10;
    private static final String UPGRADE = "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
            + "X-Stream-Protocol-Version: %s\r\nContent-Length: 0\r\n\r\n";

    private SpdyClient() {}

    /** @throws ContainerFailure when the server can't be reached or refuses */
    static SpdyConnection open(URI uri, String protocol) {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String path = uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
            socket.getOutputStream()
                    .write(UPGRADE.formatted(path, uri.getAuthority(), protocol).getBytes(StandardCharsets.US_ASCII));
            String answer = head(socket.getInputStream());
            if (!answer.startsWith("HTTP/1.1 101")) {
                throw new IOException(answer.lines().findFirst().orElse("no answer"));
            }
            socket.setSoTimeout(0);
        } catch (IOException e) {
            close(socket);
            throw new ContainerFailure("StreamError", "the runtime's streaming server refused: " + e.getMessage(), e);
        }
        SpdyConnection connection = SpdyConnection.client(new SocketWire(socket));
        Thread.ofVirtual().name("cri-stream").start(() -> read(socket, connection));
        return connection;
    }

    /** To the empty line and not a byte further: what follows is SPDY. */
    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0 || head.size() > MAX_HEAD) {
                throw new IOException("no answer");
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static void read(Socket socket, SpdyConnection connection) {
        byte[] block = new byte[BLOCK];
        try {
            InputStream in = socket.getInputStream();
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                connection.receive(Arrays.copyOf(block, length));
            }
        } catch (IOException gone) {
            // Told to the streams by closing.
        }
        connection.close();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes are serial already. */
    private record SocketWire(Socket socket) implements Wire {
        @Override
        public void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        @Override
        public void close() {
            SpdyClient.close(socket);
        }
    }
}
