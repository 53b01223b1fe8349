package io.kybern.junit;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Pki;
import io.kybern.distribution.AllInOne;
import io.kybern.distribution.AllInOneConfig;
import io.kybern.distribution.ComponentName;
import io.kybern.distribution.Nodes;
import io.kybern.distribution.kubeconfig.AdminKubeconfig;
import io.kybern.distribution.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running cluster with a client for its tests, and a directory that goes with it. */
final class TestCluster implements AutoCloseable {
    private static final int ESTABLISHED_WITHIN_SECONDS = 30;

    /** All clusters of a JVM share their keys: making them takes longer than anything else. */
    private static final Pki PKI = Pki.inMemory(InstantSource.system());

    private final Path directory;
    private final AllInOne process;
    private final KubernetesClient client;

    private TestCluster(Path directory, AllInOne process) {
        this.directory = directory;
        this.process = process;
        this.client = process.client(ClientIdentity.ADMIN);
    }

    static TestCluster start(KybernCluster wanted, ClassLoader resources) {
        Path directory = temporaryDirectory();
        TestCluster cluster = null;
        try {
            AllInOne process = AllInOne.start(config(wanted, directory), Progress.NONE, server -> {});
            cluster = new TestCluster(directory, process);
            for (String crd : wanted.crds()) {
                cluster.establish(crd, resources);
            }
            return cluster;
        } catch (RuntimeException | Error e) {
            if (cluster == null) {
                delete(directory);
            } else {
                cluster.close();
            }
            throw e;
        }
    }

    private static AllInOneConfig config(KybernCluster wanted, Path directory) {
        Set<ComponentName> components = EnumSet.of(ComponentName.API, wanted.components());
        return new AllInOneConfig(
                new ApiServerConfig(
                        Optional.empty(),
                        wanted.listen() ? Optional.of(new InetSocketAddress("127.0.0.1", 0)) : Optional.empty(),
                        PKI,
                        Optional.empty(),
                        "10.96.0.0/16",
                        "30000-32767",
                        "https://kubernetes.default.svc.cluster.local",
                        true,
                        Duration.ofMinutes(5)),
                components,
                new Nodes.Simulated(
                        wanted.nodes(), wanted.listen() ? Optional.of(directory.resolve("nodes")) : Optional.empty()));
    }

    KubernetesClient client() {
        return client;
    }

    /** Empty if the cluster does not listen. */
    Optional<Path> kubeconfig() {
        return process.uri().map(uri -> {
            Path file = directory.resolve("kubeconfig");
            if (!Files.exists(file)) {
                AdminKubeconfig.write(file, AdminKubeconfig.text("kybern", uri, PKI));
            }
            return file;
        });
    }

    /** Applies definitions and waits until they are served. */
    private void establish(String name, ClassLoader resources) {
        try (InputStream text = open(name, resources)) {
            var applied = client.load(text).serverSideApply();
            applied.stream()
                    .filter(CustomResourceDefinition.class::isInstance)
                    .forEach(definition -> client.resource((CustomResourceDefinition) definition)
                            .waitUntilCondition(
                                    TestCluster::isEstablished, ESTABLISHED_WITHIN_SECONDS, TimeUnit.SECONDS));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private static InputStream open(String name, ClassLoader resources) throws IOException {
        InputStream resource = resources.getResourceAsStream(name);
        return resource == null ? Files.newInputStream(Path.of(name)) : resource;
    }

    private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                // The status is written before it has any.
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        client.close();
        process.close();
        delete(directory);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("kybern-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
