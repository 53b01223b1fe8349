package io.kybern.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
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

/** The original: kube-apiserver with an etcd that syncs each write, as it does unless told otherwise. */
public final class UpstreamProcess implements Started {
    private static final String NAME = "kube-apiserver";

    private final ProcessGroup group;
    private final int port;
    private final Duration start;

    private UpstreamProcess(ProcessGroup group, int port, Duration start) {
        this.group = group;
        this.port = port;
        this.start = start;
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
            String etcd = "http://127.0.0.1:" + Ready.freePort();
            int port = Ready.freePort();
            List<String> server = apiServer(programs, directory, etcd, port);
            long begin = System.nanoTime();
            group.start("etcd", EtcdProcess.command(directory, etcd));
            group.start(NAME, server);
            Ready.await(group, NAME, port);
            return new UpstreamProcess(group, port, Duration.ofNanos(System.nanoTime() - begin));
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
            int port = Ready.freePort();
            List<String> command = new ArrayList<>(apiServer(programs, directory, etcd, port));
            command.addAll(List.of(more));
            long begin = System.nanoTime();
            group.start(NAME, command);
            Ready.await(group, NAME, port);
            return new UpstreamProcess(group, port, Duration.ofNanos(System.nanoTime() - begin));
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    /**
     * Starts kube-controller-manager and kube-scheduler beside it, as one of each: neither is elected.
     *
     * @throws ServerStartException if there is no such program
     */
    public void startControllers(Path directory) {
        Path programs = UpstreamBinaries.directory("kube-controller-manager", "kube-scheduler");
        String kubeconfig = "--kubeconfig=" + AdminKubeconfig.write(directory, port);
        for (String name : List.of("kube-controller-manager", "kube-scheduler")) {
            group.start(
                    name,
                    List.of(
                            programs.resolve(name).toString(),
                            kubeconfig,
                            "--leader-elect=false",
                            "--secure-port=" + Ready.freePort()));
        }
    }

    @Override
    public Duration startDuration() {
        return start;
    }

    private static List<String> apiServer(Path programs, Path directory, String etcd, int port) {
        Path key = serviceAccountKey(directory.resolve("service-account.key"));
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

    private static Path serviceAccountKey(Path file) {
        if (Files.exists(file)) {
            return file; // a server that starts again
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(key);
            return Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
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
    public void kill() {
        group.kill();
    }

    @Override
    public void close() {
        group.close();
    }
}
