package io.kybern.apiserver.pki;

import java.time.Duration;
import java.util.List;

/**
 * What a certificate is to say.
 *
 * @param commonName the user name of a client certificate
 * @param organizations the groups of a client certificate
 * @param hosts DNS names and literal IP addresses, in the order in which they are written
 */
record CertificateRequest(
        Usage usage, String commonName, List<String> organizations, List<String> hosts, Duration validity) {
    /** A year, as kubeadm gives to leaves. */
    static final Duration LEAF_VALIDITY = Duration.ofDays(365);

    /** Ten years, as kubeadm gives to authorities. */
    static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);

    /** Which side of a connection it speaks for. */
    enum Usage {
        AUTHORITY,
        SERVER,
        CLIENT;

        /**
         * RSA for clients, although it takes longer to make: their keys leave for programs that read no other kind (Fabric8
         * without BouncyCastle). P-256 for what only this server reads.
         */
        String keyAlgorithm() {
            return this == CLIENT ? "RSA" : "EC";
        }
    }

    CertificateRequest {
        organizations = List.copyOf(organizations);
        hosts = List.copyOf(hosts);
    }

    static CertificateRequest authority(String commonName) {
        return new CertificateRequest(Usage.AUTHORITY, commonName, List.of(), List.of(), AUTHORITY_VALIDITY);
    }

    static CertificateRequest server(String commonName, List<String> hosts) {
        return new CertificateRequest(Usage.SERVER, commonName, List.of(), hosts, LEAF_VALIDITY);
    }

    static CertificateRequest client(ClientIdentity identity) {
        return new CertificateRequest(Usage.CLIENT, identity.user(), identity.groups(), List.of(), LEAF_VALIDITY);
    }
}
