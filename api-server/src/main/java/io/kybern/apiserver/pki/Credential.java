package io.kybern.apiserver.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and its private key. Immutable. */
public record Credential(X509Certificate certificate, PrivateKey key) {
    /** The certificate as one PEM block. */
    public String certificatePem() {
        return Pem.certificate(certificate);
    }

    /** The key as one PKCS#8 PEM block. */
    public String keyPem() {
        return Pem.privateKey(key);
    }

    /** The key is the point of a credential: it never gets into a log. */
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal() + "]";
    }
}
