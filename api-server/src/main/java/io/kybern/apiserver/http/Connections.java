package io.kybern.apiserver.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** One {@link Peer} a connection. */
final class Connections {
    private static final Map<HttpConnection, Peer> PEERS = Collections.synchronizedMap(new WeakHashMap<>());

    private Connections() {}

    static Peer peer(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        Peer known = PEERS.get(connection);
        if (known == null) {
            known = new Peer(
                    request.remoteAddress() == null
                            ? ""
                            : request.remoteAddress().hostAddress(),
                    certificates(request.sslSession()),
                    new ConcurrentHashMap<>());
            PEERS.put(connection, known);
        }
        return known;
    }

    private static List<X509Certificate> certificates(SSLSession session) {
        List<X509Certificate> out = new ArrayList<>();
        if (session == null) {
            return out;
        }
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    out.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the client sent none
        }
        return List.copyOf(out);
    }
}
