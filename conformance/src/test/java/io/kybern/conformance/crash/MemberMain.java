package io.kybern.conformance.crash;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.crd.net.IpAddress;
import io.kybern.distribution.AllInOne;
import io.kybern.distribution.AllInOneConfig;
import io.kybern.distribution.ComponentName;
import io.kybern.distribution.Nodes;
import io.kybern.distribution.progress.Progress;
import io.kybern.operators.leaderelection.LeaderElectionConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;

/**
 * API server, controllers and scheduler of a cluster of several, and a candidate for {@link Claims}: {@code MemberMain PKI TOKENS
 * ETCD PORT ADDRESS LEASE}.
 */
final class MemberMain {
    private static final Duration HISTORY = Duration.ofMinutes(5);

    private MemberMain() {}

    /** In the proportions of the defaults. */
    static LeaderElectionConfig election(Duration lease) {
        return new LeaderElectionConfig(
                lease, lease.multipliedBy(2).dividedBy(3), lease.multipliedBy(2).dividedBy(15));
    }

    public static void main(String[] arguments) throws InterruptedException {
        LeaderElectionConfig election = election(Duration.parse(arguments[5]));
        ApiServerConfig api = new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[3]))),
                Pki.open(Path.of(arguments[0]), InstantSource.system()),
                Optional.of(Path.of(arguments[1])),
                "10.96.0.0/16",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                HISTORY,
                Optional.of(EtcdOptions.of(EtcdOptions.endpoints(arguments[2]), HISTORY)),
                IpAddress.parse(arguments[4]),
                Duration.ZERO);
        AllInOneConfig config = new AllInOneConfig(
                api,
                EnumSet.of(ComponentName.API, ComponentName.CONTROLLERS, ComponentName.SCHEDULER),
                new Nodes.Simulated(0, Optional.empty()),
                Optional.of(election));
        AllInOne process = AllInOne.start(config, Progress.NONE, server -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(process::close, "shutdown"));
        Claims.candidate(
                process,
                "member-" + arguments[4] + "-" + ProcessHandle.current().pid(),
                election);
        System.out.println("started");
        Thread.currentThread().join();
    }
}
