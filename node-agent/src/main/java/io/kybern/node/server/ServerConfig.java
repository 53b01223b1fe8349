package io.kybern.node.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the node's API listens.
 *
 * @param port 0: any free one
 * @param tls required for any address but loopback
 */
public record ServerConfig(String address, int port, Optional<Tls> tls) {
    /** Files in PEM. {@code clientAuthority} signs the certificates of those who may call. */
    public record Tls(Path certificate, Path key, Path clientAuthority) {}

    public ServerConfig {
        if (tls.isEmpty() && !loopback(address)) {
            throw new IllegalArgumentException(
                    "the node's API runs commands in containers: without TLS it listens on loopback only, not "
                            + address);
        }
    }

    private static boolean loopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    public static ServerConfig loopback() {
        return new ServerConfig("127.0.0.1", 0, Optional.empty());
    }
}
