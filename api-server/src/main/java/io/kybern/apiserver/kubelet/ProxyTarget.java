package io.kybern.apiserver.kubelet;

import java.util.Optional;

/**
 * Where a proxied request goes.
 *
 * @param port empty: the one of the scheme
 * @param kubelet whether this is a kubelet's own port, which asks for a certificate of the cluster
 */
record ProxyTarget(boolean secure, String host, Optional<Integer> port, boolean kubelet) {
    static ProxyTarget of(ProxyName name, String host, Optional<Integer> port) {
        return new ProxyTarget(name.scheme().equals("https"), host, port, false);
    }

    int actualPort() {
        return port.orElse(secure ? 443 : 80);
    }

    /** As in a URL: {@code 10.1.2.3:80}, {@code [fd00::1]}. */
    String authority() {
        String wrapped = host.contains(":") ? "[" + host + "]" : host;
        return port.map(number -> wrapped + ":" + number).orElse(wrapped);
    }

    /** As in Go's messages about connections. */
    String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + actualPort();
    }
}
