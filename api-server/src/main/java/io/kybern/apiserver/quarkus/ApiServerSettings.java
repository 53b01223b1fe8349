package io.kybern.apiserver.quarkus;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.ValueForm;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.crd.net.IpAddress;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@link ApiServerConfig} as settings: {@code kybern.api-server.NAME}, or {@code KYBERN_API_SERVER_NAME} in the environment.
 * Names are those of kube-apiserver's flags.
 */
@ConfigMapping(prefix = "kybern.api-server")
public interface ApiServerSettings {
    /** Where the store lives; absent: a temporary directory that goes with the server. */
    Optional<Path> dataDir();

    @WithDefault("127.0.0.1")
    String bindAddress();

    /** 0: any free one; absent: the server has no socket. */
    Optional<Integer> securePort();

    Optional<Path> tokenAuthFile();

    @WithDefault(ApiServerConfig.SERVICE_CLUSTER_IP_RANGE)
    String serviceClusterIpRange();

    @WithDefault(ApiServerConfig.SERVICE_NODE_PORT_RANGE)
    String serviceNodePortRange();

    @WithDefault(ApiServerConfig.SERVICE_ACCOUNT_ISSUER)
    String serviceAccountIssuer();

    @WithDefault("true")
    boolean anonymousAuth();

    /** For how long history is kept: {@code PT5M}. */
    @WithDefault("PT5M")
    Duration etcdCompactionInterval();

    /** {@code etcd://HOST:PORT,HOST:PORT}; absent: the store is embedded. */
    Optional<String> etcdServers();

    /** PEM of who has signed etcd's certificate; with one of these three files TLS is spoken with it. */
    Optional<Path> etcdCafile();

    Optional<Path> etcdCertfile();

    Optional<Path> etcdKeyfile();

    /** How objects are written into etcd: {@code application/json} or {@code application/vnd.kubernetes.protobuf}. */
    @WithDefault("application/json")
    String storageMediaType();

    /** Who this is to etcd, if that asks for more than a certificate. */
    Optional<String> etcdUsername();

    /** The first line is the password. */
    Optional<Path> etcdPasswordFile();

    /** Where others find the server; absent: the machine's first address that is no loopback. */
    Optional<String> advertiseAddress();

    /** For how long a server that stops is not ready before it refuses requests. */
    @WithDefault("PT0S")
    Duration shutdownDelayDuration();

    /** What these settings configure. */
    static ApiServerConfig config(ApiServerSettings settings, Pki pki) {
        return new ApiServerConfig(
                settings.dataDir(),
                settings.securePort().map(port -> new InetSocketAddress(settings.bindAddress(), port)),
                pki,
                settings.tokenAuthFile(),
                settings.serviceClusterIpRange(),
                settings.serviceNodePortRange(),
                settings.serviceAccountIssuer(),
                settings.anonymousAuth(),
                settings.etcdCompactionInterval(),
                settings.etcdServers().map(servers -> etcd(settings, servers)),
                settings.advertiseAddress().map(ApiServerSettings::address),
                settings.shutdownDelayDuration());
    }

    private static EtcdOptions etcd(ApiServerSettings settings, String servers) {
        EtcdOptions options = EtcdOptions.of(EtcdOptions.endpoints(servers), settings.etcdCompactionInterval())
                .withTls(settings.etcdCafile(), settings.etcdCertfile(), settings.etcdKeyfile())
                .withForm(ValueForm.ofShared(settings.storageMediaType()));
        return settings.etcdUsername()
                .map(user -> options.withLogin(new EtcdOptions.Login(
                        user,
                        settings.etcdPasswordFile()
                                .map(ApiServerSettings::firstLine)
                                .orElse(""))))
                .orElse(options);
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("advertise-address: " + text + " is no IP address"));
    }
}
