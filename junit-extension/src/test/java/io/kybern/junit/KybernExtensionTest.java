package io.kybern.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kybern.distribution.ComponentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs classes with the annotation inside a JUnit of their own. */
class KybernExtensionTest {
    private static Events run(Class<?>... tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(Stream.of(tests).map(test -> selectClass(test)).toArray(size -> new DiscoverySelector[size]))
                .execute()
                .testEvents();
    }

    @KybernCluster(components = ComponentName.API)
    static class First {
        @Test
        void writes(KubernetesClient client) {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("left-behind")
                            .withNamespace("default")
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    @KybernCluster(components = ComponentName.API)
    static class Second {
        @Test
        void seesNothing(KubernetesClient client) {
            assertThat(client.configMaps()
                            .inNamespace("default")
                            .withName("left-behind")
                            .get())
                    .isNull();
        }
    }

    @KybernCluster(components = ComponentName.API, listen = true)
    static class Listening {
        @Kubeconfig
        Path field;

        @Test
        void isReachedOverTls(@Kubeconfig Path parameter) throws IOException {
            assertThat(parameter).isEqualTo(field);
            Config config = Config.fromKubeconfig(Files.readString(parameter));
            assertThat(config.getMasterUrl()).startsWith("https://127.0.0.1:");
            try (KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(config).build()) {
                assertThat(client.namespaces().withName("kube-system").get()).isNotNull();
            }
        }
    }

    @KybernCluster(components = ComponentName.API)
    static class Silent {
        @Test
        void wantsAPort(@Kubeconfig Path kubeconfig) {}
    }

    @Test
    void classesDoNotSeeEachOther() {
        run(First.class, Second.class)
                .assertStatistics(stats -> stats.succeeded(2).failed(0));
    }

    @Test
    void kubectlIsServedWhereItIsAskedFor() {
        run(Listening.class).assertStatistics(stats -> stats.succeeded(1).failed(0));
    }

    @Test
    void aKubeconfigWithoutListenerIsRefused() {
        Events events = run(Silent.class);
        events.assertStatistics(stats -> stats.failed(1));
        assertThat(events.failed().list().toString()).contains("@KybernCluster(listen = true)");
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        run(First.class);
        Set<Path> files = temporaryDirectories();
        Set<Thread> threads = liveThreads();
        run(First.class);
        assertThat(temporaryDirectories()).isEqualTo(files);
        assertThat(threads).containsAll(liveThreads());
    }

    private static Set<Path> temporaryDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("kybern-test-"))
                    .collect(Collectors.toSet());
        }
    }

    private static Set<Thread> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }
}
