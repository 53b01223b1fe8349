package io.kybern.apiserver.quarkus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiServerSettingsTest {
    private static final Pki PKI = Pki.inMemory(InstantSource.system());

    private static ApiServerConfig config(Map<String, String> properties, Map<String, String> environment) {
        ApiServerSettings settings = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Path.class, 100, text -> text.isEmpty() ? null : Path.of(text))
                .withMapping(ApiServerSettings.class)
                .withSources(
                        new PropertiesConfigSource(properties, "flags", 400), new EnvConfigSource(environment, 300))
                .build()
                .getConfigMapping(ApiServerSettings.class);
        return ApiServerSettings.config(settings, PKI);
    }

    @Test
    void nothingSaidMeansTheDefaultsAndNoSocket() {
        assertThat(config(Map.of(), Map.of()))
                .isEqualTo(new ApiServerConfig(
                        Optional.empty(),
                        Optional.empty(),
                        PKI,
                        Optional.empty(),
                        "10.96.0.0/16",
                        "30000-32767",
                        "https://kubernetes.default.svc.cluster.local",
                        true,
                        Duration.ofMinutes(5)));
    }

    @Test
    void eachSettingReachesTheConfiguration() {
        Map<String, String> properties = Map.of(
                "kybern.api-server.data-dir", "/var/store",
                "kybern.api-server.bind-address", "0.0.0.0",
                "kybern.api-server.secure-port", "7443",
                "kybern.api-server.token-auth-file", "/etc/tokens",
                "kybern.api-server.service-cluster-ip-range", "10.1.0.0/16",
                "kybern.api-server.service-node-port-range", "31000-31999",
                "kybern.api-server.service-account-issuer", "https://issuer",
                "kybern.api-server.anonymous-auth", "false",
                "kybern.api-server.etcd-compaction-interval", "PT90S");
        assertThat(config(properties, Map.of()))
                .isEqualTo(new ApiServerConfig(
                        Optional.of(Path.of("/var/store")),
                        Optional.of(new InetSocketAddress("0.0.0.0", 7443)),
                        PKI,
                        Optional.of(Path.of("/etc/tokens")),
                        "10.1.0.0/16",
                        "31000-31999",
                        "https://issuer",
                        false,
                        Duration.ofSeconds(90)));
    }

    @Test
    void theEnvironmentCountsUnlessAPropertySaysOtherwise() {
        Map<String, String> environment = Map.of("KYBERN_API_SERVER_SERVICE_CLUSTER_IP_RANGE", "10.2.0.0/16");
        assertThat(config(Map.of(), environment).serviceClusterIpRange()).isEqualTo("10.2.0.0/16");
        assertThat(config(Map.of("kybern.api-server.service-cluster-ip-range", "10.3.0.0/16"), environment)
                        .serviceClusterIpRange())
                .isEqualTo("10.3.0.0/16");
    }

    @Test
    void aNameThatIsNoSettingIsRefused() {
        assertThatThrownBy(() -> config(Map.of("kybern.api-server.secure-prot", "1"), Map.of()))
                .hasMessageContaining("kybern.api-server.secure-prot");
    }
}
