package io.kybern.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The original: kube-apiserver with an etcd that syncs each write, as it does unless told otherwise. */
public final class UpstreamProcess implements ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NAME = "kube-apiserver";

    private final ProcessGroup group;
    private final int port;

    private UpstreamProcess(ProcessGroup group, int port) {
        this.group = group;
        this.port = port;
    }

    /**
     * Starts both and returns when the API is ready.
     *
     * @throws ServerStartException if it doesn't get ready, or there is no such program
     */
    public static UpstreamProcess start(Path directory) {
        Path programs = UpstreamBinaries.directory("etcd", NAME);
        ProcessGroup group = new ProcessGroup(directory);
        try {
            String etcd = "http://127.0.0.1:" + freePort();
            String peer = "http://127.0.0.1:" + freePort();
            int port = freePort();
            group.start("etcd", etcd(programs, directory, etcd, peer));
            group.start(NAME, apiServer(programs, directory, etcd, port));
            awaitReady(group, port);
            return new UpstreamProcess(group, port);
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    /**
     * Starts kube-apiserver alone, on an etcd that runs.
     *
     * @param etcd its URL
     * @param more flags
     * @throws ServerStartException if it doesn't get ready, or there is no such program
     */
    public static UpstreamProcess on(String etcd, Path directory, String... more) {
        Path programs = UpstreamBinaries.directory(NAME);
        ProcessGroup group = new ProcessGroup(directory);
        try {
            int port = freePort();
            List<String> command = new ArrayList<>(apiServer(programs, directory, etcd, port));
            command.addAll(List.of(more));
            group.start(NAME, command);
            awaitReady(group, port);
            return new UpstreamProcess(group, port);
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    private static List<String> etcd(Path programs, Path directory, String client, String peer) {
        return List.of(
                programs.resolve("etcd").toString(),
                "--name=default",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--log-level=warn");
    }

    private static List<String> apiServer(Path programs, Path directory, String etcd, int port) {
        Path key = serviceAccountKey(directory);
        return List.of(
                programs.resolve(NAME).toString(),
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=" + ownAddress(),
                "--secure-port=" + port,
                "--cert-dir=" + directory.resolve("certificates"),
                "--token-auth-file=" + TokenFile.write(directory),
                "--authorization-mode=Node,RBAC",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key);
    }

    private static void awaitReady(ProcessGroup group, int port) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            group.checkAlive(NAME);
            try (HttpConnection connection = HttpConnection.open(port)) {
                if (connection.exchange(HttpConnection.request("GET", "/readyz", "")) == 200) {
                    return;
                }
            } catch (IOException e) {
                // does not listen yet
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new ServerStartException("kube-apiserver does not get ready:\n" + group.lastLines(NAME));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The original refuses to advertise a loopback address. */
    private static String ownAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .findFirst()
                    .map(InetAddress::getHostAddress)
                    .orElse("192.0.2.1");
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path serviceAccountKey(Path directory) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(key);
            return Files.writeString(
                    directory.resolve("service-account.key"),
                    "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String title() {
        return "upstream";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<ProcessHandle> processes() {
        return group.handles();
    }

    @Override
    public void close() {
        group.close();
    }
}
