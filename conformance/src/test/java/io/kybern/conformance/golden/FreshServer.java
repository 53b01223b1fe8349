package io.kybern.conformance.golden;

import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Starts bare API servers as the recordings want them: no controllers, nothing in them but what a new server makes. */
final class FreshServer {
    private static final String TOKEN = "admin-token";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LONGEST_AWAIT = Duration.ofSeconds(5);

    /** One for all: keys are slow to make and no answer shows them. */
    private final Pki pki = Pki.inMemory(InstantSource.system());

    private final SSLContext tls = TestTls.trusting(pki.authority().certificate());
    private final Path tokens;

    FreshServer(Path directory) {
        try {
            tokens = Files.writeString(directory.resolve("tokens.csv"), TOKEN + ",admin,admin,system:masters\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param history for how long past versions can be read, at least */
    ApiServer start(Duration history) {
        return ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", 0)),
                pki,
                Optional.of(tokens),
                "10.0.0.0/24",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                history));
    }

    Target target(ApiServer server) {
        return new Target("127.0.0.1", server.uri().getPort(), tls, TOKEN, PATIENCE, LONGEST_AWAIT);
    }
}
