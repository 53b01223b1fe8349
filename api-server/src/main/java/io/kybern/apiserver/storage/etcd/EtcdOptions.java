package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.ValueForm;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a store in etcd is reached and kept. TLS is used if any of the three files is given.
 *
 * @param endpoints {@code etcd://host:port}, members of one etcd
 * @param authority PEM of who has signed etcd's certificate; empty: who the JVM trusts
 * @param certificate PEM of this server's certificate, if etcd asks for one
 * @param key PEM of its key, in PKCS#8
 * @param prefix where the keys are that are watched: everything that is written through this store
 * @param history how long past states can be read and watched from, at least; who else shares the etcd may forget sooner
 * @param remembered how many changes are kept in memory, so that watches from the near past cost etcd nothing
 * @param clock decides when leases are taken anew
 * @param login if etcd wants a name and a password
 * @param form how objects are written: JSON or protobuf
 */
public record EtcdOptions(
        List<URI> endpoints,
        Optional<Path> authority,
        Optional<Path> certificate,
        Optional<Path> key,
        String prefix,
        Duration history,
        int remembered,
        InstantSource clock,
        Optional<Login> login,
        ValueForm form) {
    /** Where the original keeps all objects. */
    public static final String PREFIX = "/registry/";

    private static final String SCHEME = "etcd://";
    private static final int REMEMBERED = 8_192;

    /** A user of etcd. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    public EtcdOptions {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no endpoints of etcd");
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("a certificate for etcd needs its key, and a key its certificate");
        }
        if (history.isNegative() || history.isZero()) {
            throw new IllegalArgumentException("history must be positive: " + history);
        }
    }

    /** Without a login, and with JSON. */
    public EtcdOptions(
            List<URI> endpoints,
            Optional<Path> authority,
            Optional<Path> certificate,
            Optional<Path> key,
            String prefix,
            Duration history,
            int remembered,
            InstantSource clock) {
        this(
                endpoints,
                authority,
                certificate,
                key,
                prefix,
                history,
                remembered,
                clock,
                Optional.empty(),
                ValueForm.JSON);
    }

    /** Without TLS, on the original's keys. */
    public static EtcdOptions of(List<URI> endpoints, Duration history) {
        return new EtcdOptions(
                endpoints,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                PREFIX,
                history,
                REMEMBERED,
                InstantSource.system());
    }

    /**
     * Reads {@code etcd://HOST:PORT,HOST:PORT}.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    public static List<URI> endpoints(String text) {
        if (!text.startsWith(SCHEME)) {
            throw new IllegalArgumentException("not " + SCHEME + "HOST:PORT,...: " + text);
        }
        return Stream.of(text.substring(SCHEME.length()).split(",", -1))
                .map(EtcdOptions::endpoint)
                .toList();
    }

    private static URI endpoint(String address) {
        try {
            URI uri = new URI(SCHEME + address);
            if (uri.getHost() != null && uri.getPort() > 0 && uri.getAuthority().equals(address)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("not HOST:PORT: \"" + address + "\"");
    }

    public EtcdOptions withTls(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {
        return new EtcdOptions(endpoints, authority, certificate, key, prefix, history, remembered, clock, login, form);
    }

    public EtcdOptions withLogin(Login user) {
        return new EtcdOptions(
                endpoints, authority, certificate, key, prefix, history, remembered, clock, Optional.of(user), form);
    }

    public EtcdOptions withForm(ValueForm other) {
        return new EtcdOptions(
                endpoints, authority, certificate, key, prefix, history, remembered, clock, login, other);
    }

    boolean usesTls() {
        return authority.isPresent() || certificate.isPresent();
    }
}
