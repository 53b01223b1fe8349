package io.kybern.distribution.kubeconfig;

import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** A kubeconfig with which the administrator reaches a cluster. */
public final class AdminKubeconfig {
    private AdminKubeconfig() {}

    /** @param name of the cluster, the user and the context */
    public static String text(String name, URI server, Pki pki) {
        Credential admin = pki.client(ClientIdentity.ADMIN);
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: %1$s
                  cluster:
                    certificate-authority-data: %2$s
                    server: %3$s
                contexts:
                - name: %1$s
                  context:
                    cluster: %1$s
                    user: %1$s
                current-context: %1$s
                users:
                - name: %1$s
                  user:
                    client-certificate-data: %4$s
                    client-key-data: %5$s
                """.formatted(
                        name,
                        base64(pki.authority().certificatePem()),
                        server,
                        base64(admin.certificatePem()),
                        base64(admin.keyPem()));
    }

    /** Replaces {@code file}, which only its owner can read. */
    public static void write(Path file, String text) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(next);
            if (next.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }
}
