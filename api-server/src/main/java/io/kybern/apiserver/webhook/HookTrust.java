package io.kybern.apiserver.webhook;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes the certificates of webhooks as the platform does, and says why not in the words of Go's {@code crypto/x509}, which
 * authors of webhooks look for.
 */
final class HookTrust extends X509ExtendedTrustManager {
    /** Kinds of names in a certificate. Source: RFC 5280, {@code GeneralName}. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private final X509ExtendedTrustManager platform;

    private HookTrust(X509ExtendedTrustManager platform) {
        this.platform = platform;
    }

    /** @param authorities who may vouch; null: those of the system */
    static HookTrust in(@Nullable KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager platform) {
                return new HookTrust(platform);
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    /** Why a certificate is not believed. */
    static final class Distrust extends CertificateException {
        private static final long serialVersionUID = 1;

        Distrust(String why, CertificateException cause) {
            super("x509: " + why, cause);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        mustBeCurrent(chain[0]);
        try {
            platform.checkServerTrusted(chain, type);
        } catch (CertificateException e) {
            throw new Distrust("certificate signed by unknown authority", e);
        }
        try {
            platform.checkServerTrusted(chain, type, engine);
        } catch (CertificateException e) {
            throw new Distrust(otherName(chain[0], String.valueOf(engine.getPeerHost())), e);
        }
    }

    private static void mustBeCurrent(X509Certificate certificate) throws CertificateException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String when = "";
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            when = " is after " + certificate.getNotAfter().toInstant();
        } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
            when = " is before " + certificate.getNotBefore().toInstant();
        }
        if (!when.isEmpty()) {
            String why = "certificate has expired or is not yet valid: current time " + now + when;
            throw new Distrust(why, new CertificateException(why));
        }
    }

    private static String otherName(X509Certificate certificate, String host) throws CertificateException {
        boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        List<String> names = names(certificate, address ? IP_ADDRESS : DNS_NAME);
        if (!names.isEmpty()) {
            return "certificate is valid for " + String.join(", ", names) + ", not " + host;
        }
        return address
                ? "cannot validate certificate for " + host + " because it doesn't contain any IP SANs"
                : "certificate is not valid for any names, but wanted to match " + host;
    }

    private static List<String> names(X509Certificate certificate, int kind) throws CertificateException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        if (all != null) {
            for (List<?> name : all) {
                if (name.get(0).equals(kind)) {
                    names.add(String.valueOf(name.get(1)));
                }
            }
        }
        return names;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        platform.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        platform.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        platform.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        platform.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        platform.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return platform.getAcceptedIssuers();
    }
}
