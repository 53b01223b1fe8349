package io.kybern.apiserver.authentication;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.Peer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Users by client certificate: the common name is the user, organizations are groups. The signature is verified once a
 * connection; validity in time on each request.
 */
public final class ClientCertificateAuthenticator implements Authenticator {
    private static final String ATTRIBUTE = "user of certificate";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate authority;
    private final InstantSource clock;

    public ClientCertificateAuthenticator(X509Certificate authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    @Override
    public Optional<User> authenticate(ApiRequest request) {
        Peer peer = request.peer();
        if (peer.certificates().isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = peer.certificates().getFirst();
        User user = (User) peer.attributes().computeIfAbsent(ATTRIBUTE, a -> verify(leaf));
        Date now = Date.from(clock.instant());
        if (now.after(leaf.getNotAfter()) || now.before(leaf.getNotBefore())) {
            throw unauthorized();
        }
        return Optional.of(user);
    }

    private User verify(X509Certificate leaf) {
        try {
            leaf.verify(authority.getPublicKey());
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages != null && !usages.contains(CLIENT_AUTH)) {
                throw unauthorized();
            }
            String name = "";
            List<String> groups = new ArrayList<>();
            for (Rdn rdn : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    name = rdn.getValue().toString();
                } else if (rdn.getType().equalsIgnoreCase("O")) {
                    groups.add(rdn.getValue().toString());
                }
            }
            if (name.isEmpty()) {
                throw unauthorized();
            }
            return new User(name, "", groups, Map.of());
        } catch (GeneralSecurityException | InvalidNameException e) {
            throw unauthorized();
        }
    }

    private static ApiException unauthorized() {
        return ApiException.of(Reason.UNAUTHORIZED, "Unauthorized");
    }
}
