package io.kybern.conformance.golden;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/1.1 over one TLS connection that sends requests exactly as they are written, wrong ones too, which no client made for
 * users does. For one thread at a time.
 */
final class Connection implements AutoCloseable {
    private final Target target;
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;

    private Connection(Target target, SSLSocket socket) throws IOException {
        this.target = target;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
        this.out = socket.getOutputStream();
    }

    static Connection open(Target target) throws IOException {
        int millis = (int) target.patience().toMillis();
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(target.host(), target.port()), millis);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(millis);
            SSLSocket socket =
                    (SSLSocket) target.tls().getSocketFactory().createSocket(plain, target.host(), target.port(), true);
            socket.startHandshake();
            return new Connection(target, socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** The answer's head, and how its body goes on. */
    record Head(int code, List<Header> headers, boolean last, Body body) {}

    /** What the body of an answer consists of; it must be read before the next request. */
    interface Body {
        /** The next piece, or an empty one at the end; a missing end is an {@link EOFException}. */
        byte[] next() throws IOException;

        default byte[] all() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] piece = next(); piece.length > 0; piece = next()) {
                all.writeBytes(piece);
            }
            return all.toByteArray();
        }
    }

    Head exchange(Request request) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\nHost: ");
        head.append(target.host()).append(':').append(target.port()).append("\r\n");
        for (Header header : request.headers()) {
            head.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        byte[] body = request.body().orElseGet(() -> new byte[0]);
        if (request.body().isPresent() || List.of("POST", "PUT", "PATCH").contains(request.method())) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        sendBody(body);
        return head(request.method());
    }

    /** A server that refuses a body early has answered already when writing fails. */
    private void sendBody(byte[] body) {
        try {
            out.write(body);
            out.flush();
        } catch (IOException e) {
            // reading the answer tells what is the matter
        }
    }

    private Head head(String method) throws IOException {
        String status = line();
        int code = Integer.parseInt(status.substring(9, 12));
        List<Header> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.add(new Header(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        if (code == 100) {
            return head(method);
        }
        boolean close = value(headers, "connection").equalsIgnoreCase("close");
        if (method.equals("HEAD") || code == 204 || code == 304) {
            return new Head(code, headers, close, () -> new byte[0]);
        }
        if (value(headers, "transfer-encoding").equalsIgnoreCase("chunked")) {
            return new Head(code, headers, close, new Chunks());
        }
        String length = value(headers, "content-length");
        return length.isEmpty()
                ? new Head(code, headers, true, () -> in.readNBytes(64 << 10))
                : new Head(code, headers, close, new Counted(Long.parseLong(length)));
    }

    private static String value(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse("");
    }

    /** Bounds how long the next read may wait. */
    void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) Math.max(10, patience.toMillis()));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server has closed the connection");
            }
            line.append((char) c);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server has closed the connection within a body");
        }
        return bytes;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing more is wanted of it
        }
    }

    private final class Counted implements Body {
        private long left;

        Counted(long length) {
            left = length;
        }

        @Override
        public byte[] next() throws IOException {
            byte[] piece = exactly((int) Math.min(left, 1 << 20));
            left -= piece.length;
            return piece;
        }
    }

    private final class Chunks implements Body {
        private boolean ended;

        @Override
        public byte[] next() throws IOException {
            if (ended) {
                return new byte[0];
            }
            String size = line();
            int extension = size.indexOf(';');
            byte[] chunk = exactly(Integer.parseInt((extension < 0 ? size : size.substring(0, extension)).strip(), 16));
            if (chunk.length > 0) {
                line();
                return chunk;
            }
            ended = true;
            while (!line().isEmpty()) {
                // trailers tell nothing here
            }
            return chunk;
        }
    }
}
