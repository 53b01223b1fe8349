package io.kybern.conformance.process;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Where a server listens, and who asks it.
 *
 * @param authorization the value of the header that tells who; empty: the certificate in {@code tls} does, or nobody is told
 * @param tls of the client
 */
public record Address(String host, int port, String authorization, ClientTls tls) {
    private static final int HTTPS = 443;

    /** Of the administrator at a throw-away server of this machine. */
    static Address local(int port) {
        return of(new InetSocketAddress("127.0.0.1", port));
    }

    /** Of the administrator at a throw-away server. */
    static Address of(InetSocketAddress address) {
        return new Address(
                address.getHostString(), address.getPort(), "Bearer " + ServerProcess.TOKEN, ClientTls.ANONYMOUS);
    }

    /** Of somebody with a token. */
    public static Address of(URI server, String token) {
        return new Address(server.getHost(), port(server), "Bearer " + token, ClientTls.ANONYMOUS);
    }

    static int port(URI server) {
        return server.getPort() < 0 ? HTTPS : server.getPort();
    }

    /** The lines of a request's head that say where it goes and who asks. */
    byte[] identity() {
        String lines =
                "Host: " + host + "\r\n" + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n");
        return lines.getBytes(StandardCharsets.UTF_8);
    }

    /** A request as it goes over the wire, for those who don't use {@link HttpConnection}. */
    public byte[] complete(byte[] request) {
        int line = HttpConnection.endOfLine(request);
        byte[] identity = identity();
        byte[] whole = new byte[request.length + identity.length];
        System.arraycopy(request, 0, whole, 0, line);
        System.arraycopy(identity, 0, whole, line, identity.length);
        System.arraycopy(request, line, whole, line + identity.length, request.length - line);
        return whole;
    }
}
