package io.kybern.apiserver.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The subject alternative names of certificates. */
final class SubjectNames {
    private SubjectNames() {}

    /** Whether the certificate holds for each of the hosts; addresses compare by value, not by how they are written. */
    static boolean cover(X509Certificate certificate, Collection<String> hosts) {
        Set<String> certified = of(certificate);
        return hosts.stream().map(SubjectNames::canonical).allMatch(certified::contains);
    }

    private static Set<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Set.of()
                    : names.stream()
                            .map(name -> canonical(name.get(1).toString()))
                            .collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    private static String canonical(String host) {
        if (!HostNames.isAddress(host)) {
            return host.toLowerCase(Locale.ROOT);
        }
        try {
            // A literal address: nothing is looked up.
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            return host;
        }
    }
}
