package io.kybern.node.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real etcd and kube-apiserver on random ports, from the directory that the environment variable {@code KYBERN_UPSTREAM_BIN}
 * names, or from the PATH. Tests that need it skip themselves when {@link #missing} says what is not there.
 */
public final class UpstreamCluster implements AutoCloseable {
    private static final int START_SECONDS = 90;

    private final List<Process> processes = new ArrayList<>();
    private final Path directory;
    private final int port;
    private final String address;

    /** What is not installed; empty when a cluster can be started. */
    public static Optional<String> missing() {
        return Stream.of("etcd", "kube-apiserver")
                .filter(name -> find(name).isEmpty())
                .findFirst()
                .map(name -> name + " is neither in $KYBERN_UPSTREAM_BIN nor on the PATH");
    }

    private static Optional<Path> find(String name) {
        String own = System.getenv("KYBERN_UPSTREAM_BIN");
        String path = (own == null ? "" : own + ":") + System.getenv("PATH");
        return Stream.of(path.split(":"))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param address where the API server listens and what it tells pods; not loopback when real pods are to reach it */
    public UpstreamCluster(Path directory, String address) {
        this.directory = directory;
        this.address = address;
        try {
            int etcd = freePort();
            int peer = freePort();
            port = freePort();
            begin(
                    "etcd",
                    "--data-dir=" + directory.resolve("etcd"),
                    "--listen-client-urls=http://127.0.0.1:" + etcd,
                    "--advertise-client-urls=http://127.0.0.1:" + etcd,
                    "--listen-peer-urls=http://127.0.0.1:" + peer,
                    "--initial-advertise-peer-urls=http://127.0.0.1:" + peer,
                    "--initial-cluster=default=http://127.0.0.1:" + peer);
            Files.writeString(directory.resolve("tokens"), "admin-token,admin,admin,system:masters\n");
            writeKey(directory.resolve("sa.key"));
            begin(
                    "kube-apiserver",
                    "--etcd-servers=http://127.0.0.1:" + etcd,
                    "--service-cluster-ip-range=10.0.0.0/24",
                    "--authorization-mode=RBAC",
                    "--token-auth-file=" + directory.resolve("tokens"),
                    "--service-account-key-file=" + directory.resolve("sa.key"),
                    "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                    "--disable-admission-plugins=ServiceAccount",
                    "--cert-dir=" + directory.resolve("certs"),
                    "--bind-address=" + address,
                    "--secure-port=" + port,
                    "--allow-privileged");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (KubernetesClient client = client()) {
            await(START_SECONDS, "the API server is ready", () -> ready(client));
        }
    }

    private static boolean ready(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"))
                    && client.namespaces().withName("kube-node-lease").get() != null
                    && client.namespaces().withName("default").get() != null;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private void begin(String program, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(find(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(program + ".log").toFile())
                .start());
    }

    private static void writeKey(Path file) throws IOException {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            Files.writeString(
                    file,
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                            + "\n-----END PRIVATE KEY-----\n");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + address + ":" + port)
                .withOauthToken("admin-token")
                .withTrustCerts(true)
                .withDisableHostnameVerification(true)
                .withRequestRetryBackoffLimit(0)
                .withNamespace("default")
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Asks again and again, ten times a second. */
    public static void await(int seconds, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        var never = new CountDownLatch(1);
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + seconds + " s: " + what);
                }
                never.await(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }
}
