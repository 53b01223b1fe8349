package io.kybern.apiserver.registry.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Whether a PEM certificate and key belong together, with the texts of Go's {@code tls.X509KeyPair}. */
final class KeyPair {
    private KeyPair() {}

    static Optional<String> complaint(byte[] certificate, byte[] key) {
        if (!contains(certificate, "-----BEGIN CERTIFICATE-----")) {
            return Optional.of(
                    contains(certificate, "-----BEGIN ")
                            ? "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs"
                                    + " may have been switched"
                            : "tls: failed to find any PEM data in certificate input");
        }
        if (!contains(key, "-----BEGIN ")) {
            return Optional.of("tls: failed to find any PEM data in key input");
        }
        try {
            Certificate parsed =
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
            return matches(parsed.getPublicKey(), key)
                    ? Optional.empty()
                    : Optional.of("tls: private key does not match public key");
        } catch (CertificateException e) {
            return Optional.of("x509: malformed certificate");
        } catch (IOException e) {
            return Optional.of("tls: failed to parse private key");
        }
    }

    /** Keys that carry no public part are taken to match. */
    private static boolean matches(PublicKey certified, byte[] key) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(new String(key, StandardCharsets.ISO_8859_1)))) {
            return switch (parser.readObject()) {
                case PEMKeyPair pair -> Arrays.equals(pair.getPublicKeyInfo().getEncoded(), certified.getEncoded());
                case PrivateKeyInfo info -> true;
                case null, default -> throw new IOException("no private key");
            };
        }
    }

    private static boolean contains(byte[] pem, String text) {
        return new String(pem, StandardCharsets.ISO_8859_1).contains(text);
    }
}
