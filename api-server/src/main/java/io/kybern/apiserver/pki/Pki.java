package io.kybern.apiserver.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cluster's keys and certificates: its own authority, what the authority signed, and the key of service account tokens.
 *
 * <p>Each is made when it is first asked for, kept, and made anew only when it would soon expire, when the authority
 * changed or when a server certificate lacks a name. File names are kubeadm's ({@code ca.crt}, {@code apiserver.key},
 * {@code sa.key}, …).
 *
 * <p>A crash never leaves a certificate beside a foreign key: the old certificate goes first, the new one comes last, and
 * a key without certificate counts as absent. Safe for use by several threads; one process at a time.
 */
public final class Pki {
    private static final Duration RENEW_LEAF_BEFORE = Duration.ofDays(30);
    private static final Duration RENEW_AUTHORITY_BEFORE = Duration.ofDays(400);

    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

    /** Value bytes of a SHA-1 key identifier. */
    private static final int KEY_IDENTIFIER_LENGTH = 20;

    private final PemStore store;
    private final InstantSource clock;
    private final CertificateIssuer issuer;
    /** One for each file name, so that a slow key keeps nobody waiting for another; none is held while another is taken. */
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    private Pki(PemStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.issuer = new CertificateIssuer(clock);
    }

    /**
     * The one in {@code directory}, which is made where it isn't there.
     *
     * @throws PkiException if the directory can't be used
     */
    public static Pki open(Path directory, InstantSource clock) {
        return new Pki(PemDirectory.open(directory), clock);
    }

    /** One that ends with the process. */
    public static Pki inMemory(InstantSource clock) {
        return new Pki(PemStore.inMemory(), clock);
    }

    /** The authority of server and client certificates. */
    public Credential authority() {
        return authority("ca", "kubernetes");
    }

    /** The authority of proxies in front of the server and of the server's own calls to extension servers. */
    public Credential frontProxyAuthority() {
        return authority("front-proxy-ca", "front-proxy-ca");
    }

    /** What the server shows to extension servers. */
    public Credential frontProxyClient() {
        ClientIdentity identity = new ClientIdentity("front-proxy-client", "front-proxy-client", List.of());
        return leaf(frontProxyAuthority(), identity.fileName(), CertificateRequest.client(identity));
    }

    /**
     * The server's certificate, which holds at least for {@code hosts}.
     *
     * @param hosts DNS names and literal addresses, see {@link HostNames#ofServer}
     */
    public Credential serving(List<String> hosts) {
        return leaf(authority(), "apiserver", CertificateRequest.server("kube-apiserver", hosts));
    }

    /** What a node's API shows, for at least {@code hosts}. */
    public Credential kubelet(List<String> hosts) {
        return leaf(authority(), "kubelet", CertificateRequest.server("kubelet", hosts));
    }

    public Credential client(ClientIdentity identity) {
        return leaf(authority(), identity.fileName(), CertificateRequest.client(identity));
    }

    /** Signs service account tokens, RS256 as the original does. Never changes by itself: tokens out there live by it. */
    public KeyPair serviceAccountKeys() {
        synchronized (lock("sa")) {
            Optional<String> key = store.read("sa.key");
            Optional<String> publicKey = store.read("sa.pub");
            try {
                if (key.isPresent() && publicKey.isPresent()) {
                    return new KeyPair(
                            Pem.parsePublicKey("RSA", publicKey.get()), Pem.parsePrivateKey("RSA", key.get()));
                }
                KeyPair keys = CertificateIssuer.newKeys("RSA");
                store.write("sa.key", Pem.privateKey(keys.getPrivate()));
                store.write("sa.pub", Pem.publicKey(keys.getPublic()));
                return keys;
            } catch (GeneralSecurityException e) {
                throw new PkiException("cannot use " + store.locate("sa.key") + ": " + e.getMessage(), e);
            }
        }
    }

    private Credential authority(String name, String commonName) {
        synchronized (lock(name)) {
            return load(name)
                    .filter(found -> lasts(found.certificate(), RENEW_AUTHORITY_BEFORE))
                    .orElseGet(() -> save(name, issuer.selfSigned(CertificateRequest.authority(commonName))));
        }
    }

    private Credential leaf(Credential authority, String name, CertificateRequest request) {
        synchronized (lock(name)) {
            return load(name)
                    .filter(found -> lasts(found.certificate(), RENEW_LEAF_BEFORE)
                            && signedBy(authority.certificate(), found.certificate())
                            && SubjectNames.cover(found.certificate(), request.hosts()))
                    .orElseGet(() -> save(name, issuer.signedBy(authority, request)));
        }
    }

    private Object lock(String name) {
        return locks.computeIfAbsent(name, unused -> new Object());
    }

    private boolean lasts(X509Certificate certificate, Duration margin) {
        return certificate.getNotAfter().toInstant().isAfter(clock.instant().plus(margin));
    }

    /** By key identifiers: a signature check of each certificate would be a good part of a start. */
    private static boolean signedBy(X509Certificate authority, X509Certificate certificate) {
        byte[] subject = authority.getExtensionValue(SUBJECT_KEY_IDENTIFIER);
        byte[] issuer = certificate.getExtensionValue(AUTHORITY_KEY_IDENTIFIER);
        return subject != null
                && issuer != null
                && subject.length > KEY_IDENTIFIER_LENGTH
                && issuer.length > KEY_IDENTIFIER_LENGTH
                && Arrays.equals(tail(subject), tail(issuer));
    }

    /** Both extensions end in the identifier, as our issuer writes them. */
    private static byte[] tail(byte[] extension) {
        return Arrays.copyOfRange(extension, extension.length - KEY_IDENTIFIER_LENGTH, extension.length);
    }

    private Optional<Credential> load(String name) {
        Optional<String> certificate = store.read(name + ".crt");
        Optional<String> key = store.read(name + ".key");
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        try {
            X509Certificate parsed = Pem.parseCertificate(certificate.get());
            return Optional.of(new Credential(
                    parsed, Pem.parsePrivateKey(parsed.getPublicKey().getAlgorithm(), key.get())));
        } catch (GeneralSecurityException e) {
            throw new PkiException(
                    "cannot read " + store.locate(name + ".crt") + " and its key (" + e.getMessage()
                            + "); delete both to have new ones made",
                    e);
        }
    }

    private Credential save(String name, Credential credential) {
        store.delete(name + ".crt");
        store.write(name + ".key", credential.keyPem());
        store.write(name + ".crt", credential.certificatePem());
        return credential;
    }
}
