package io.kybern.apiserver.http;

import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** One {@link Peer} a connection. */
final class Connections {
    private static final AttributeKey<Peer> PEER = AttributeKey.valueOf(Connections.class, "peer");

    private Connections() {}

    static Peer peer(HttpServerRequest request) {
        Attribute<Peer> peer = ((ConnectionBase) request.connection()).channel().attr(PEER);
        Peer known = peer.get();
        if (known == null) {
            known = new Peer(
                    request.remoteAddress() == null
                            ? ""
                            : request.remoteAddress().hostAddress(),
                    certificates(request.sslSession()),
                    new ConcurrentHashMap<>());
            peer.set(known);
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
