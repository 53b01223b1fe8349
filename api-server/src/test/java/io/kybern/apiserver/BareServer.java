package io.kybern.apiserver;

import io.kybern.apiserver.pki.Pki;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** A bare server from the IDE or a shell: {@code BareServer PORT TOKEN_FILE [DATA_DIR [COMPACTION_SECONDS]]}. */
public final class BareServer {
    private BareServer() {}

    public static void main(String[] args) throws InterruptedException {
        long begin = System.nanoTime();
        ApiServerConfig config = new ApiServerConfig(
                args.length > 2 ? Optional.of(Path.of(args[2])) : Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]))),
                Pki.inMemory(InstantSource.system()),
                Optional.of(Path.of(args[1])),
                "10.0.0.0/24",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                Duration.ofSeconds(args.length > 3 ? Long.parseLong(args[3]) : 300));
        ApiServer server = ApiServer.start(config);
        System.out.println("serving " + server.uri() + " after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        Thread.currentThread().join();
    }
}
