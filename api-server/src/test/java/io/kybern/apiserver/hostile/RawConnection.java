package io.kybern.apiserver.hostile;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;

/** HTTP/1.1 over TLS with nothing between: any bytes go out, and what comes back is seen as it is. Not thread-safe. */
final class RawConnection implements AutoCloseable {
    private static final int LONGEST = 8 << 20;

    private final URI server;
    private final Duration patience;
    private Socket socket = new Socket();
    private String last = "nothing";
    private InputStream in = InputStream.nullInputStream();

    /** @param patience how long an answer may take to begin, and to go on */
    RawConnection(URI server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    /** What came back; names of headers in lower case. */
    record Answer(int code, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * Sends one request and reads its answer whole; a stream of chunks is given up when nothing more comes.
     *
     * @throws IOException if the connection ends, or the server is silent, before the answer is there
     */
    Answer exchange(String method, byte[] target, List<String> headers, byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((method + " ").getBytes(StandardCharsets.UTF_8));
        out.write(target);
        out.write((" HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String header : headers) {
            out.write((header + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        out.write(("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        out.write(body);
        if (!socket.isConnected() || socket.isClosed()) {
            open();
        }
        try {
            socket.getOutputStream().write(out.toByteArray());
            socket.getOutputStream().flush();
            Answer answer = read(method);
            if (answer.header("connection").equalsIgnoreCase("close")) {
                close();
            }
            return answer;
        } catch (IOException e) {
            close();
            throw new IOException(e.getMessage() + "; before it: " + last, e);
        } finally {
            last = method + " " + new String(target, StandardCharsets.ISO_8859_1);
        }
    }

    private void open() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            socket = context.getSocketFactory().createSocket(server.getHost(), server.getPort());
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            in = new BufferedInputStream(socket.getInputStream());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private Answer read(String method) throws IOException {
        String status = line();
        int code = Integer.parseInt(status.split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.merge(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        if (code == 100) {
            return read(method);
        }
        if (method.equals("HEAD") || code == 204 || code == 304) {
            return new Answer(code, headers, new byte[0]);
        }
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            return new Answer(code, headers, chunks());
        }
        return new Answer(code, headers, exactly(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            out.write(exactly(size));
            line();
            if (size == 0) {
                return out.toByteArray();
            }
            if (out.size() > LONGEST) {
                throw new IOException("an answer without end");
            }
        }
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the connection ended within an answer");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended before an answer");
            }
            if (c != '\r') {
                out.write(c);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static List<String> headers(String... lines) {
        return new ArrayList<>(List.of(lines));
    }
}
