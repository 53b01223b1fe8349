package io.kybern.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How other programs find a throw-away server. */
final class AdminKubeconfig {
    private AdminKubeconfig() {}

    static Path write(Path directory, int port) {
        try {
            return Files.writeString(directory.resolve("admin.kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    current-context: bench
                    clusters:
                    - name: bench
                      cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}
                    contexts:
                    - name: bench
                      context: {cluster: bench, user: bench}
                    users:
                    - name: bench
                      user: {token: %s}
                    """.formatted(port, ServerProcess.TOKEN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
