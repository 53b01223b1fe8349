package io.kybern.distribution.server;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.apiserver.pki.Pki;
import io.kybern.distribution.AllInOneConfig;
import io.kybern.distribution.NodeRuntime;
import io.kybern.distribution.Nodes;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.GoDuration;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.node.NodeAgentConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** Turns flags into what the components are configured with. */
final class ServerConfig {
    private ServerConfig() {}

    static AllInOneConfig of(ClusterDirectory directory, ParsedFlags flags, Pki pki) {
        return new AllInOneConfig(api(directory, flags, pki), ServerFlags.components(flags), nodes(directory, flags));
    }

    private static Nodes nodes(ClusterDirectory directory, ParsedFlags flags) {
        if (ServerFlags.chosenRuntime(flags)
                .filter(NodeRuntime.CONTAINERD::equals)
                .isEmpty()) {
            return new Nodes.Simulated(ServerFlags.nodes(flags), Optional.of(directory.nodes()));
        }
        String name = HostNames.machine();
        return new Nodes.Containerd(
                ServerFlags.runtimeSocket(flags),
                NodeAgentConfig.of(
                        name, HostNames.advertised(), directory.nodes().resolve(name)));
    }

    private static ApiServerConfig api(ClusterDirectory directory, ParsedFlags flags, Pki pki) {
        return new ApiServerConfig(
                Optional.of(directory.store()),
                Optional.of(new InetSocketAddress(ServerFlags.bindAddress(flags), flags.number("port", 0, 65535))),
                pki,
                flags.optional("token-auth-file").map(Path::of),
                flags.text("service-cluster-ip-range"),
                flags.text("service-node-port-range"),
                flags.text("service-account-issuer"),
                flags.isOn("anonymous-auth"),
                GoDuration.of("--etcd-compaction-interval", flags.text("etcd-compaction-interval")));
    }
}
