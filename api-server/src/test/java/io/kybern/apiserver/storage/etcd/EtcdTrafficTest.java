package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.inprocess.InProcessHttpClientFactory;
import io.kybern.apiserver.inprocess.TestServer;
import io.kybern.apiserver.pki.Pki;
import io.kybern.crd.net.IpAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What servers cost an etcd, by its own figures. */
class EtcdTrafficTest {
    private static final Duration HISTORY = Duration.ofMinutes(5);
    private static final int MAPS = 300;
    private static final int MAP_BYTES = 2_000;
    private static final long ALL_BYTES = (long) MAPS * MAP_BYTES;

    @TempDir
    private Path directory;

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final List<ApiServer> servers = new ArrayList<>();
    private final List<KubernetesClient> clients = new ArrayList<>();
    private EtcdProcess etcd;

    @BeforeEach
    void start() {
        etcd = EtcdProcess.start(directory);
        for (String address : List.of("10.1.0.1", "10.1.0.2")) {
            ApiServer server = ApiServer.start(new ApiServerConfig(
                    Optional.empty(),
                    Optional.empty(),
                    pki,
                    Optional.empty(),
                    "10.0.0.0/24",
                    "30000-32767",
                    "https://kubernetes.default.svc.cluster.local",
                    true,
                    HISTORY,
                    Optional.of(EtcdOptions.of(List.of(etcd.endpoint()), HISTORY)),
                    IpAddress.parse(address),
                    Duration.ZERO));
            servers.add(server);
            clients.add(new InProcessHttpClientFactory(server, TestServer.ADMIN)
                    .clientBuilder()
                    .build());
        }
        clients.getFirst()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("traffic")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        clients.forEach(KubernetesClient::close);
        servers.forEach(ApiServer::close);
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void consistentListsCostEtcdNoObjects() throws Exception {
        createMaps();
        listAll(MAPS);
        double before = sentBytes();
        for (int i = 0; i < 20; i++) {
            listAll(MAPS);
        }
        assertThat(sentBytes() - before)
                .as("bytes that etcd has sent for 40 lists of %s", ALL_BYTES)
                .isLessThan(ALL_BYTES / 4.0);
    }

    @Test
    void nobodyReadsAllAgainWhenEtcdHasStartedAgain() throws Exception {
        createMaps();
        listAll(MAPS);
        etcd.kill();
        etcd.startAgain();
        map("after").create(); // repeated by the client until it is written
        listAll(MAPS + 1);
        assertThat(sentBytes())
                .as("bytes that etcd has sent since its start, of %s that it has", ALL_BYTES)
                .isLessThan(ALL_BYTES / 4.0);
    }

    @Test
    void eventsShareLeasesOfAnHour() throws Exception {
        double before = figure("etcd_debugging_lease_granted_total");
        double seconds = figure("etcd_debugging_lease_ttl_total_sum");
        int events = 100;
        for (int i = 0; i < events; i++) {
            clients.get(i % 2)
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withName("event-" + i)
                            .withNamespace("default")
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withNamespace("default")
                            .withName("x")
                            .endInvolvedObject()
                            .build())
                    .create();
        }
        // the servers' own addresses have leases, too, a new one every ten seconds each
        assertThat(figure("etcd_debugging_lease_granted_total") - before)
                .as("leases for %s events", events)
                .isBetween(2.0, events / 3.0);
        assertThat(figure("etcd_debugging_lease_ttl_total_sum") - seconds)
                .as("what those of two servers live together")
                .isGreaterThanOrEqualTo(2.0 * Duration.ofHours(1).toSeconds());
    }

    private void createMaps() {
        for (int i = 0; i < MAPS; i++) {
            map("map-" + i).create();
        }
    }

    private Resource<ConfigMap> map(String name) {
        return clients.getFirst()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("traffic")
                        .endMetadata()
                        .withData(Map.of("k", "x".repeat(MAP_BYTES)))
                        .build());
    }

    /** Each server's own view of everything, as new as the request. */
    private void listAll(int expected) {
        for (KubernetesClient client : clients) {
            assertThat(client.configMaps().inNamespace("traffic").list().getItems())
                    .hasSize(expected);
        }
    }

    private double sentBytes() throws IOException, InterruptedException {
        return figure("etcd_network_client_grpc_sent_bytes_total");
    }

    private double figure(String name) throws IOException, InterruptedException {
        URI endpoint = URI.create("http://" + etcd.endpoint().getAuthority() + "/metrics");
        try (HttpClient http = HttpClient.newHttpClient()) {
            String all = http.send(HttpRequest.newBuilder(endpoint).build(), BodyHandlers.ofString())
                    .body();
            return all.lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
