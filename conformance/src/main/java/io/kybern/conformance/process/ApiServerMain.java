package io.kybern.conformance.process;

import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.heap.OldGeneration;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.crd.net.IpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Kybern's API server alone: {@code ApiServerMain DATA_DIR TOKEN_FILE HISTORY [ADDRESS STORE]}. Listens on a free port of the address
 * (else the loopback one), prints {@value #SERVING} and the port when it answers, and runs until it is ended.
 */
public final class ApiServerMain {
    static final String SERVING = "serving on port ";
    static final Duration DEFAULT_HISTORY = Duration.ofMinutes(5);
    static final String LOOPBACK = "127.0.0.1";

    private ApiServerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        Duration history = Duration.parse(arguments[2]);
        String address = arguments.length > 3 ? arguments[3] : LOOPBACK;
        Optional<EtcdOptions> etcd = arguments.length > 4
                ? Optional.of(EtcdOptions.of(EtcdOptions.endpoints(arguments[4]), history))
                : Optional.empty();
        ApiServerConfig config = new ApiServerConfig(
                Optional.of(directory.resolve("store")).filter(unused -> etcd.isEmpty()),
                Optional.of(new InetSocketAddress(address, 0)),
                Pki.open(directory.resolve("pki"), InstantSource.system()),
                Optional.of(Path.of(arguments[1])),
                "10.96.0.0/16",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                history,
                etcd,
                IpAddress.parse(address).filter(unused -> etcd.isPresent()),
                Duration.ZERO);
        ApiServer server = ApiServer.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        OldGeneration.keepSmall();
        System.out.println(SERVING + server.uri().getPort());
        Thread.currentThread().join();
    }
}
