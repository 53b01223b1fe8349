package io.kybern.conformance.golden;

import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Starts bare API servers as the recordings want them: no controllers, nothing in them but what a new server makes. */
final class FreshServer {
    private static final String TOKEN = "admin-token";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LONGEST_AWAIT = Duration.ofSeconds(5);

    /** One for all: keys are slow to make and no answer shows them. */
    private final Pki pki = Pki.inMemory(InstantSource.system());

    private final Path tokens;
    private final SSLContext tls;

    FreshServer(Path directory) {
        try {
            tokens = Files.writeString(directory.resolve("tokens.csv"), TOKEN + ",admin,admin,system:masters\n");
            tls = trusting(pki);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
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

    private static SSLContext trusting(Pki pki) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("authority", pki.authority().certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
