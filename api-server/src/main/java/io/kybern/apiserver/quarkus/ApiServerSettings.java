package io.kybern.apiserver.quarkus;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.InetSocketAddress;
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
                settings.etcdServers()
                        .map(servers -> EtcdOptions.of(
                                        EtcdOptions.endpoints(servers), settings.etcdCompactionInterval())
                                .withTls(settings.etcdCafile(), settings.etcdCertfile(), settings.etcdKeyfile())));
    }
}
