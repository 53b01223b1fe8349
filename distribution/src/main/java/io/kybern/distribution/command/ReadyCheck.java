package io.kybern.distribution.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a server whether it is ready. */
final class ReadyCheck {
    private static final int TIMEOUT_MILLIS = 15_000;

    private ReadyCheck() {}

    /** Whether {@code /readyz} says 200; no when it can't be reached. */
    static boolean isReady(String server, Path authority) {
        try {
            return ask(server, "/readyz", authority).getResponseCode() == 200;
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    /** Why the store of a server that is not ready is the reason for that; empty if it is not. */
    static Optional<String> storeProblem(String server, Path authority) {
        try {
            HttpsURLConnection connection = ask(server, "/readyz/etcd-readiness", authority);
            if (connection.getResponseCode() != 500) {
                return Optional.empty();
            }
            try (InputStream text = connection.getErrorStream()) {
                return Optional.of(new String(text.readAllBytes(), StandardCharsets.UTF_8)
                        .replace("internal server error: ", "")
                        .strip());
            }
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static HttpsURLConnection ask(String server, String path, Path authority)
            throws IOException, GeneralSecurityException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(server).resolve(path).toURL().openConnection();
        connection.setSSLSocketFactory(trusting(authority).getSocketFactory());
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection;
    }

    private static SSLContext trusting(Path authority) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
