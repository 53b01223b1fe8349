package io.kybern.distribution.quarkus;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.distribution.AllInOneConfig;
import io.kybern.distribution.NodeRuntime;
import io.kybern.distribution.Nodes;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.server.ServerFlags;
import io.kybern.node.NodeAgentConfig;
import java.util.Optional;

/** Turns flags into what the components around the API server are configured with. */
final class ServerConfig {
    private ServerConfig() {}

    static AllInOneConfig of(ClusterDirectory directory, ParsedFlags flags, ApiServerConfig api) {
        return new AllInOneConfig(
                api, ServerFlags.components(flags), nodes(directory, flags), ServerFlags.leaderElection(flags));
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
}
