package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.inprocess.InProcessHttpClientFactory;
import io.kybern.apiserver.inprocess.TestServer;
import io.kybern.apiserver.loopback.StoredPorts;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.service.PortRange;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import io.kybern.crd.net.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API servers that share an etcd: each sees what the others have written, at once. */
class TwoServersTest {
    private static final Duration HISTORY = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private EtcdProcess etcd;
    private ApiServer first;
    private ApiServer second;
    private KubernetesClient one;
    private KubernetesClient two;

    @BeforeEach
    void start() {
        etcd = EtcdProcess.start(directory);
        first = server("10.1.0.1");
        second = server("10.1.0.2");
        one = client(first);
        two = client(second);
    }

    private ApiServer server(String address) {
        return ApiServer.start(new ApiServerConfig(
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
    }

    private static KubernetesClient client(ApiServer server) {
        return new InProcessHttpClientFactory(server, TestServer.ADMIN)
                .clientBuilder()
                .build();
    }

    @AfterEach
    void stop() {
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void eachReadsAndChangesWhatTheOtherHasWritten() {
        for (int i = 0; i < 20; i++) {
            ConfigMap made = one.resource(map("map-" + i)).create();
            assertThat(two.configMaps()
                            .inNamespace("default")
                            .withName("map-" + i)
                            .get())
                    .isEqualTo(made);
            made.setData(Map.of("by", "two"));
            ConfigMap changed = two.resource(made).update();
            assertThat(one.configMaps().inNamespace("default").list().getItems())
                    .contains(changed);
            made.setData(Map.of("by", "one"));
            assertThatThrownBy(() -> one.resource(made).update())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(409));
            one.resource(changed).delete();
            assertThat(two.configMaps()
                            .inNamespace("default")
                            .withName("map-" + i)
                            .get())
                    .isNull();
        }
    }

    @Test
    void aWatchShowsWhatTheOtherWrites() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        String now =
                two.configMaps().inNamespace("default").list().getMetadata().getResourceVersion();
        try (var watch = two.configMaps()
                .inNamespace("default")
                .withResourceVersion(now)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, ConfigMap map) {
                        seen.add(action + " " + map.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        seen.add("closed");
                    }
                })) {
            one.resource(map("a")).create();
            one.resource(map("a")).delete();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED a");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETED a");
        }
    }

    @Test
    void anEtcdThatStartsAgainIsNoReasonToListAgain() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (var watch = two.configMaps().inNamespace("default").watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                seen.add(action + " " + map.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("closed");
            }
        })) {
            for (int crash = 0; crash < 2; crash++) {
                one.resource(map("before-" + crash)).create();
                assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("ADDED before-" + crash);
                etcd.kill();
                etcd.startAgain();
                one.resource(map("after-" + crash)).create(); // repeated by the client until it is written
                assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("ADDED after-" + crash);
            }
        }
    }

    @Test
    void keysAndValuesAreThoseOfTheOriginal() throws Exception {
        one.resource(map("a")).create();
        try (EtcdStore store = etcd.open()) {
            KeyValue pair =
                    store.get("/registry/configmaps/default/a", Revision.NONE).orElseThrow();
            var tree = new ObjectMapper().readTree(pair.value());
            assertThat(tree.path("kind").asText()).isEqualTo("ConfigMap");
            assertThat(tree.path("metadata").has("resourceVersion")).isFalse();
            assertThat(store.get("/registry/services/specs/default/kubernetes", Revision.NONE))
                    .isPresent();
        }
    }

    @Test
    void whatTheOriginalHasStoredIsRead() {
        // ConfigMap stored/default with data k: v, as kube-apiserver writes it
        byte[] protobuf = Base64.getDecoder()
                .decode("azhzAAoPCgJ2MRIJQ29uZmlnTWFwEicKHQoGc3RvcmVkEgAaB2RlZmF1bHQiACoAMgA4AEIAEgYKAWsSAXYaACIA");
        byte[] json =
                "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"plain\",\"namespace\":\"default\",\"creationTimestamp\":null},\"data\":{\"k\":\"w\"}}"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try (EtcdStore store = etcd.open()) {
            store.commit(Write.put("/registry/configmaps/default/stored", Revision.NONE, protobuf));
            store.commit(Write.put("/registry/configmaps/default/plain", Revision.NONE, json));
        }
        assertThat(one.configMaps()
                        .inNamespace("default")
                        .withName("stored")
                        .get()
                        .getData())
                .isEqualTo(Map.of("k", "v"));
        assertThat(two.configMaps()
                        .inNamespace("default")
                        .withName("plain")
                        .get()
                        .getData())
                .isEqualTo(Map.of("k", "w"));
    }

    private static Service service(String name, Integer nodePort) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withType("NodePort")
                .addNewPort()
                .withPort(80)
                .withNodePort(nodePort)
                .endPort()
                .endSpec()
                .build();
    }

    @Test
    void noPortIsGivenTwice() {
        one.resource(service("a", 30_700)).create();
        assertThatThrownBy(() -> two.resource(service("b", 30_700)).create())
                .hasMessageContaining("provided port is already allocated");
        one.resource(service("a", 30_700)).delete();
        two.resource(service("b", 30_700)).create();
        int given = one.resource(service("c", null))
                .create()
                .getSpec()
                .getPorts()
                .getFirst()
                .getNodePort();
        try (EtcdStore store = etcd.open()) {
            BitSet ports = new StoredPorts(store, new PortRange(30_000, 32_767)).update(taken -> taken);
            assertThat(ports.stream()).containsExactlyInAnyOrder(30_700, given);
        }
    }

    @Test
    void portsThatTheOriginalHasGivenAreTaken() {
        try (EtcdStore store = etcd.open()) {
            // as kube-apiserver writes it: 30000-32767, of which 30000 and 30009 are taken
            String head =
                    "azhzAAoVCgJ2MRIPUmFuZ2VBbGxvY2F0aW9uEiMKEAoAEgAaACIAKgAyADgAQgASCzMwMDAwLTMyNzY3GgICARoAIgA=";
            store.commit(Write.put(
                    "/registry/ranges/servicenodeports",
                    null,
                    Base64.getDecoder().decode(head)));
        }
        for (int taken : new int[] {30_000, 30_009}) {
            assertThatThrownBy(() -> one.resource(service("a", taken)).create())
                    .hasMessageContaining("provided port is already allocated");
        }
        assertThat(one.resource(service("a", 30_001)).create()).isNotNull();
    }

    private static List<String> addresses(Endpoints endpoints) {
        return endpoints == null
                ? List.of()
                : endpoints.getSubsets().getFirst().getAddresses().stream()
                        .map(EndpointAddress::getIp)
                        .toList();
    }

    private void awaitEndpoints(KubernetesClient client, String... expected) {
        client.endpoints()
                .inNamespace("default")
                .withName("kubernetes")
                .waitUntilCondition(now -> addresses(now).equals(List.of(expected)), 60, TimeUnit.SECONDS);
        assertThat(client.discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace("default")
                        .withName("kubernetes")
                        .waitUntilCondition(
                                slice -> slice.getEndpoints().size() == expected.length, 60, TimeUnit.SECONDS)
                        .getEndpoints())
                .flatExtracting(Endpoint::getAddresses)
                .containsExactly(expected);
    }

    @Test
    void theServiceHasTheEndpointsOfAllLivingServers() {
        awaitEndpoints(two, "10.1.0.1", "10.1.0.2");
        try (EtcdStore store = etcd.open()) { // one that does not renew: as after a crash
            store.commit(new Write.Put("/registry/masterleases/10.1.0.3", null, new byte[0], null, 2));
            first.close();
            first = server("10.1.0.1");
            one = client(first);
            awaitEndpoints(one, "10.1.0.1", "10.1.0.2", "10.1.0.3");
            awaitEndpoints(one, "10.1.0.1", "10.1.0.2");
            first.close();
            awaitEndpoints(two, "10.1.0.2");
            assertThat(store.get("/registry/masterleases/10.1.0.1", Revision.NONE))
                    .isEmpty();
        }
        second.close(); // the last one leaves its address
        first = server("10.1.0.1");
        awaitEndpoints(client(first), "10.1.0.1");
    }

    private static ConfigMap map(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .build();
    }
}
