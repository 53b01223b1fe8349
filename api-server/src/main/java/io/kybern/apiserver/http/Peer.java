package io.kybern.apiserver.http;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The other end of a connection. One per connection, so what is found out about it once (the verified user of its
 * certificate) is kept in {@link #attributes}.
 *
 * @param certificates as sent in the TLS handshake, leaf first; not yet verified
 */
public record Peer(String address, List<X509Certificate> certificates, Map<String, Object> attributes) {
    /** A caller in this process that needs no credentials beyond what its requests carry. */
    public static Peer local() {
        return new Peer("127.0.0.1", List.of(), new ConcurrentHashMap<>());
    }
}
