package io.kybern.distribution;

import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.node.server.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets the API server, and nobody else, call a node: the node shows a certificate of the cluster and asks for one. */
final class NodeServing {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private NodeServing() {}

    /** Writes certificate, key and authority into {@code directory}; the API listens there on any free port. */
    static ServerConfig of(Pki pki, Path directory, String address, String nodeName) {
        List<String> hosts = new ArrayList<>(List.of(nodeName, address));
        if (!address.equals("127.0.0.1")) {
            hosts.add("127.0.0.1");
        }
        Credential serving = pki.kubelet(hosts);
        try {
            Files.createDirectories(directory);
            ServerConfig.Tls tls = new ServerConfig.Tls(
                    directory.resolve("kubelet.crt"), directory.resolve("kubelet.key"), directory.resolve("ca.crt"));
            Files.writeString(tls.certificate(), serving.certificatePem());
            Files.writeString(tls.clientAuthority(), pki.authority().certificatePem());
            Files.deleteIfExists(tls.key());
            Files.writeString(Files.createFile(tls.key(), OWNER_ONLY), serving.keyPem());
            return new ServerConfig(address, 0, Optional.of(tls));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the node's certificate into " + directory, e);
        }
    }
}
