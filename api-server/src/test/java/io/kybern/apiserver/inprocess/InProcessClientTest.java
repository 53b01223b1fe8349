package io.kybern.apiserver.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.apiserver.authentication.User;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Fabric8 client over the in-process transport: what our own components and a user's tests do with it. */
class InProcessClientTest {
    private static TestServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        server = new TestServer();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static MixedOperation<ConfigMap, ConfigMapList, Resource<ConfigMap>> configMaps() {
        return client.configMaps();
    }

    private static ConfigMap configMap(String namespace, String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .addToData("key", value)
                .build();
    }

    @Test
    @Timeout(60)
    void urgentRequestsDoNotWaitForThoseThatCompute() {
        AtomicBoolean over = new AtomicBoolean();
        try (KubernetesClient urgent = new InProcessHttpClientFactory(server.server(), TestServer.ADMIN)
                .urgent()
                .clientBuilder()
                .build()) {
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                Thread.ofVirtual().name("computes").start(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            ConfigMap lock = urgent.resource(configMap("default", "lock", "1")).create();
            assertThat(urgent.configMaps()
                            .inNamespace("default")
                            .withName("lock")
                            .get())
                    .isEqualTo(lock);
        } finally {
            over.set(true);
        }
    }

    @Test
    void livesAndDies() {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("life")
                        .endMetadata()
                        .build())
                .create();
        ConfigMap created = client.resource(configMap("life", "one", "1")).create();
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(configMaps().inNamespace("life").withName("one").get()).isEqualTo(created);

        ConfigMap edited = configMaps()
                .inNamespace("life")
                .withName("one")
                .edit(c -> new ConfigMapBuilder(c).addToData("key", "2").build());
        assertThat(edited.getData()).containsEntry("key", "2");

        ConfigMap patched = configMaps()
                .inNamespace("life")
                .withName("one")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"more\":\"3\"}}");
        assertThat(patched.getData()).isEqualTo(Map.of("key", "2", "more", "3"));

        ConfigMap applied =
                client.resource(configMap("life", "one", "4")).forceConflicts().serverSideApply();
        assertThat(applied.getData()).containsEntry("key", "4");

        assertThat(configMaps().inNamespace("life").list().getItems())
                .extracting(c -> c.getMetadata().getName())
                .containsExactly("one");
        assertThat(client.resource(applied).delete()).hasSize(1);
        assertThat(configMaps().inNamespace("life").withName("one").get()).isNull();
    }

    @Test
    void longListsComeInPieces() {
        String large = "x".repeat(20_000);
        for (int i = 0; i < 20; i++) {
            client.resource(configMap("default", "large-" + i, large)).create();
        }
        List<ConfigMap> listed = configMaps().inNamespace("default").list().getItems();
        assertThat(listed)
                .filteredOn(c -> c.getMetadata().getName().startsWith("large-"))
                .hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void watchesByHttpAndByWebSocket(boolean onlyHttp) throws Exception {
        String namespace = onlyHttp ? "watch-http" : "watch-socket";
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        KubernetesClient watching = server.client();
        watching.getConfiguration().setOnlyHttpWatches(onlyHttp);
        try (watching;
                Watch watch = watching.configMaps().inNamespace(namespace).watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, ConfigMap object) {
                        events.add(action + " " + object.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        events.add("broken");
                    }

                    @Override
                    public void onClose() {
                        events.add("closed");
                    }
                })) {
            client.namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
            for (int i = 0; i < 100; i++) { // more than the connection takes at once
                client.resource(configMap(namespace, "c" + i, "x".repeat(5_000)))
                        .create();
                assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED c" + i);
            }
            client.resource(configMap(namespace, "c0", "")).delete();
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETED c0");
            watch.close();
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
        }
    }

    /** The server stops to write while the watcher is stuck, and goes on where it stopped. */
    @Test
    void slowWatchersLoseNothing() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        Watcher<ConfigMap> slow = new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap object) {
                try {
                    stuck.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                events.add(object.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {
                events.add("broken");
            }
        };
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("slow")
                        .endMetadata()
                        .build())
                .create();
        try (Watch watch = client.configMaps().inNamespace("slow").watch(slow)) {
            for (int i = 0; i < 50; i++) {
                client.resource(configMap("slow", "c" + i, "x".repeat(10_000))).create();
            }
            stuck.countDown();
            for (int i = 0; i < 50; i++) {
                assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("c" + i);
            }
        }
    }

    @Test
    void informersFollow() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        client.resource(configMap("default", "informed-before", "1")).create();
        try (SharedIndexInformer<ConfigMap> informer = configMaps()
                .inNamespace("default")
                .withLabel("informed", "yes")
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(ConfigMap added) {
                        events.add("add " + added.getData().get("key"));
                    }

                    @Override
                    public void onUpdate(ConfigMap old, ConfigMap updated) {
                        events.add("update " + updated.getData().get("key"));
                    }

                    @Override
                    public void onDelete(ConfigMap deleted, boolean unknown) {
                        events.add("delete");
                    }
                })) {
            ConfigMap labelled = configMap("default", "informed", "1");
            labelled.getMetadata().setLabels(Map.of("informed", "yes"));
            client.resource(labelled).create();
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("add 1");
            configMaps()
                    .inNamespace("default")
                    .withName("informed")
                    .edit(c -> new ConfigMapBuilder(c).addToData("key", "2").build());
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("update 2");
            client.resource(labelled).delete();
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("delete");
        }
    }

    @Test
    void isTheUserThatTheFactoryNames() {
        try (KubernetesClient other = server.client(new User("jane", "", List.of("dev"), Map.of()))) {
            assertThatThrownBy(() -> other.secrets().inNamespace("default").list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(403))
                    .hasMessageContaining("User \"jane\" cannot list resource \"secrets\"");
        }
    }

    @Test
    void missingObjectsAreMissing() {
        assertThatThrownBy(() -> client.resource(configMap("nowhere", "no", "")).update())
                .isInstanceOf(KubernetesClientException.class);
        assertThat(configMaps().inNamespace("default").withName("no").get()).isNull();
    }
}
