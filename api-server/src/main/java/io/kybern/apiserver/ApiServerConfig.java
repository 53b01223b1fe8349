package io.kybern.apiserver;

import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.crd.net.IpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a server is started with. Names follow the flags of kube-apiserver.
 *
 * @param dataDir where the embedded store lives; empty: in memory, and gone with the server
 * @param listen where to serve HTTPS, port 0 for any free one; empty: only in this process
 * @param tokenAuthFile lines of {@code token,user,uid,"group1,group2"}
 * @param serviceClusterIpRange an IPv4 CIDR; its first address is that of the {@code kubernetes} service
 * @param serviceNodePortRange {@code first-last}
 * @param compactionInterval for how long history is kept
 * @param etcd where the store is if it is not the embedded one
 * @param advertiseAddress where others find the server; empty: the machine's first address that is no loopback
 * @param shutdownDelay for how long a server that is to stop says that it is not ready before it refuses requests: as long as it
 *     takes those who balance load to see it; then clients have as long again to leave their connections
 */
public record ApiServerConfig(
        Optional<Path> dataDir,
        Optional<InetSocketAddress> listen,
        Pki pki,
        Optional<Path> tokenAuthFile,
        String serviceClusterIpRange,
        String serviceNodePortRange,
        String serviceAccountIssuer,
        boolean anonymousAuth,
        Duration compactionInterval,
        Optional<EtcdOptions> etcd,
        Optional<IpAddress> advertiseAddress,
        Duration shutdownDelay) {
    /** What servers use unless they are told otherwise. */
    public static final String SERVICE_CLUSTER_IP_RANGE = "10.96.0.0/16";

    public static final String SERVICE_NODE_PORT_RANGE = "30000-32767";
    public static final String SERVICE_ACCOUNT_ISSUER = "https://kubernetes.default.svc.cluster.local";

    /** Found at the machine's own address, and stopped without delay. */
    public ApiServerConfig(
            Optional<Path> dataDir,
            Optional<InetSocketAddress> listen,
            Pki pki,
            Optional<Path> tokenAuthFile,
            String serviceClusterIpRange,
            String serviceNodePortRange,
            String serviceAccountIssuer,
            boolean anonymousAuth,
            Duration compactionInterval,
            Optional<EtcdOptions> etcd) {
        this(
                dataDir,
                listen,
                pki,
                tokenAuthFile,
                serviceClusterIpRange,
                serviceNodePortRange,
                serviceAccountIssuer,
                anonymousAuth,
                compactionInterval,
                etcd,
                Optional.empty(),
                Duration.ZERO);
    }

    /** The same on the embedded store. */
    public ApiServerConfig(
            Optional<Path> dataDir,
            Optional<InetSocketAddress> listen,
            Pki pki,
            Optional<Path> tokenAuthFile,
            String serviceClusterIpRange,
            String serviceNodePortRange,
            String serviceAccountIssuer,
            boolean anonymousAuth,
            Duration compactionInterval) {
        this(
                dataDir,
                listen,
                pki,
                tokenAuthFile,
                serviceClusterIpRange,
                serviceNodePortRange,
                serviceAccountIssuer,
                anonymousAuth,
                compactionInterval,
                Optional.empty());
    }
}
