package io.kybern.conformance.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * HTTP/1.1 over one kept TLS connection to a server of this machine, as cheap for the one who asks as Java can do it: what is
 * measured is the server. For one thread at a time.
 */
public final class HttpConnection implements AutoCloseable {
    private final TlsSocket socket;
    private final byte[] buffer = new byte[64 << 10];
    private int position;
    private int limit;
    private long received;

    /** What each request says in its head of where it goes and who asks. */
    private final byte[] identity;

    private HttpConnection(TlsSocket socket, byte[] identity) {
        this.socket = socket;
        this.identity = identity;
    }

    /** As the administrator of a throw-away server of this machine. */
    public static HttpConnection open(int port) throws IOException {
        return open(new InetSocketAddress("127.0.0.1", port));
    }

    /**
     * As the administrator of a throw-away server.
     *
     * @param address of this machine or of a network namespace of it
     */
    public static HttpConnection open(InetSocketAddress address) throws IOException {
        return open(Address.of(address));
    }

    static HttpConnection open(Address address) throws IOException {
        return new HttpConnection(TlsSocket.open(address), address.identity());
    }

    /** The bytes of a request for and with JSON. */
    public static byte[] request(String method, String target, String body) {
        return request(method, target, "application/json", "application/json", body);
    }

    /**
     * The bytes of a request; who asks is said by the connection that it is sent on.
     *
     * @param accept the media type of the answer
     * @param contentType of the body, if there is one
     */
    public static byte[] request(String method, String target, String accept, String contentType, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + target + " HTTP/1.1\r\nAccept: " + accept + "\r\nUser-Agent: kybern-bench\r\n"
                + (content.length == 0
                        ? ""
                        : "Content-Type: " + contentType + "\r\nContent-Length: " + content.length + "\r\n")
                + "\r\n";
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[start.length + content.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(content, 0, whole, start.length, content.length);
        return whole;
    }

    /** Sends a request and reads the whole answer, of which it tells the status. */
    public int exchange(byte[] request) throws IOException {
        return exchange(request, BodySink.NOTHING);
    }

    /** Sends a request, passes the body of the answer on and tells its status; returns when the body has ended. */
    public int exchange(byte[] request, BodySink body) throws IOException {
        socket.write(request, endOfLine(request), identity);
        Head head = head();
        if (head.chunked) {
            chunks(body);
        } else {
            pass(head.length, body);
        }
        return head.status;
    }

    /** Where the lines of a request begin that follow the first. */
    static int endOfLine(byte[] request) {
        int end = 0;
        while (request[end] != '\n') {
            end++;
        }
        return end + 1;
    }

    /** How the body of an answer goes on after its head. */
    private record Head(int status, long length, boolean chunked) {}

    private Head head() throws IOException {
        int status = Integer.parseInt(line().substring(9, 12));
        long length = 0;
        boolean chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Long.parseLong(line.substring(15).strip());
            } else if (line.regionMatches(true, 0, "Transfer-Encoding:", 0, 18)) {
                chunked = line.substring(18).strip().equalsIgnoreCase("chunked");
            }
        }
        return new Head(status, length, chunked);
    }

    private void chunks(BodySink body) throws IOException {
        for (long size = chunkSize(); size > 0; size = chunkSize()) {
            pass(size, body);
            line();
        }
        line();
    }

    private long chunkSize() throws IOException {
        String line = line();
        int extension = line.indexOf(';');
        return Long.parseLong(extension < 0 ? line : line.substring(0, extension), 16);
    }

    private void pass(long length, BodySink body) throws IOException {
        for (long left = length; left > 0; ) {
            if (position == limit) {
                fill();
            }
            int piece = (int) Math.min(left, limit - position);
            body.accept(buffer, position, piece);
            position += piece;
            left -= piece;
            received += piece;
        }
    }

    @SuppressWarnings("deprecation") // Latin-1 straight from the bytes: heads are ASCII
    private String line() throws IOException {
        StringBuilder before = new StringBuilder(0);
        while (true) {
            for (int i = position; i < limit; i++) {
                if (buffer[i] == '\n') {
                    String line = new String(buffer, 0, position, i - position);
                    position = i + 1;
                    line = before.isEmpty() ? line : before.append(line).toString();
                    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
                }
            }
            before.append(new String(buffer, 0, position, limit - position));
            position = limit;
            fill();
        }
    }

    private void fill() throws IOException {
        limit = socket.read(buffer);
        position = 0;
    }

    /** How many bytes of bodies have come. */
    public long received() {
        return received;
    }

    /** From another thread, too: ends what {@link #exchange} waits for. */
    @Override
    public void close() {
        socket.close();
    }

    /** Takes pieces of a body as they come. */
    @FunctionalInterface
    public interface BodySink {
        BodySink NOTHING = (bytes, offset, length) -> {};

        /** The array is used again after the call. */
        void accept(byte[] bytes, int offset, int length);
    }
}
