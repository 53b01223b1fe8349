package io.kybern.distribution.quarkus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.quarkus.ApiServerSettings;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.crd.net.IpAddress;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.server.ServerFlags;
import io.kybern.operators.leaderelection.LeaderElectionConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a flag: command line, property, setting, configuration. */
class ServerPropertiesTest {
    private static final Pki PKI = Pki.inMemory(InstantSource.system());
    private final ClusterDirectory directory = new ClusterDirectory(Path.of("/clusters/one"));

    private Map<String, String> properties(String... arguments) {
        ParsedFlags flags = ServerFlags.ofProcess().parse(List.of(arguments));
        return ServerProperties.of(directory, flags);
    }

    private ApiServerConfig config(String... arguments) {
        ApiServerSettings settings = new SmallRyeConfigBuilder()
                .withConverter(Path.class, 100, text -> text.isEmpty() ? null : Path.of(text))
                .withMapping(ApiServerSettings.class)
                .withSources(new PropertiesConfigSource(properties(arguments), "flags", 400))
                .build()
                .getConfigMapping(ApiServerSettings.class);
        return ApiServerSettings.config(settings, PKI);
    }

    @Test
    void everyFlagOfKubeApiserverIsASetting() {
        assertThat(config(
                        "--runtime=simulated",
                        "--port=7443",
                        "--bind-address=::1",
                        "--service-cluster-ip-range=10.1.0.0/16",
                        "--service-node-port-range=31000-31999",
                        "--service-account-issuer=https://issuer",
                        "--anonymous-auth=false",
                        "--token-auth-file=/etc/tokens",
                        "--etcd-compaction-interval=1m30s"))
                .isEqualTo(new ApiServerConfig(
                        Optional.of(directory.store()),
                        Optional.of(new InetSocketAddress("::1", 7443)),
                        PKI,
                        Optional.of(Path.of("/etc/tokens")),
                        "10.1.0.0/16",
                        "31000-31999",
                        "https://issuer",
                        false,
                        Duration.ofSeconds(90)));
    }

    @Test
    void howServersShareAnEtcdIsSaidByFlagsToo(@TempDir Path files) throws IOException {
        Path password = Files.writeString(files.resolve("password"), "not a secret\n");
        ApiServerConfig config = config(
                "--runtime=simulated",
                "--store=etcd://a:2379,b:2379",
                "--etcd-cafile=/ca",
                "--etcd-certfile=/crt",
                "--etcd-keyfile=/key",
                "--etcd-username=kybern",
                "--etcd-password-file=" + password,
                "--advertise-address=10.1.2.3",
                "--shutdown-delay-duration=20s");
        assertThat(config.etcd().orElseThrow())
                .usingRecursiveComparison()
                .ignoringFields("clock")
                .isEqualTo(EtcdOptions.of(
                                List.of(URI.create("etcd://a:2379"), URI.create("etcd://b:2379")),
                                Duration.ofMinutes(5))
                        .withTls(
                                Optional.of(Path.of("/ca")), Optional.of(Path.of("/crt")), Optional.of(Path.of("/key")))
                        .withLogin(new EtcdOptions.Login("kybern", "not a secret")));
        assertThat(config.advertiseAddress()).isEqualTo(IpAddress.parse("10.1.2.3"));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(20));
    }

    private static Optional<LeaderElectionConfig> election(String... arguments) {
        return ServerFlags.leaderElection(ServerFlags.ofProcess().parse(List.of(arguments)));
    }

    @Test
    void leadersAreElectedWhereTheStoreCanBeShared() {
        assertThat(election()).isEmpty();
        assertThat(election("--store=etcd://a:2379")).contains(LeaderElectionConfig.DEFAULT);
        assertThat(election("--store=etcd://a:2379", "--leader-elect=false")).isEmpty();
        assertThat(election("--leader-elect=true", "--leader-elect-lease-duration=1m"))
                .contains(
                        new LeaderElectionConfig(Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofSeconds(2)));
        assertThatThrownBy(() -> election("--leader-elect-renew-deadline=20s"))
                .isInstanceOf(FlagException.class)
                .hasMessage("--leader-elect-*: leaseDuration must be greater than renewDeadline");
    }

    @Test
    void defaultsAreThoseThatTheHelpNames() {
        ParsedFlags defaults = ServerFlags.ofProcess().parse(List.of());
        ApiServerConfig config = config("--runtime=simulated");
        assertThat(config.listen()).contains(new InetSocketAddress("127.0.0.1", 6443));
        assertThat(config.serviceClusterIpRange()).isEqualTo(defaults.text("service-cluster-ip-range"));
        assertThat(config.serviceNodePortRange()).isEqualTo(defaults.text("service-node-port-range"));
        assertThat(config.serviceAccountIssuer()).isEqualTo(defaults.text("service-account-issuer"));
        assertThat(config.anonymousAuth()).isEqualTo(defaults.isOn("anonymous-auth"));
        assertThat(config.compactionInterval()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void whatIsNotGivenIsLeftToTheEnvironment() {
        assertThat(properties("--runtime=simulated"))
                .doesNotContainKeys("kybern.api-server.service-cluster-ip-range", "kybern.api-server.anonymous-auth");
    }
}
