package io.kybern.distribution;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.operators.leaderelection.LeaderElectionConfig;
import java.util.Optional;
import java.util.Set;

/**
 * What runs in the process and how.
 *
 * @param leaderElection among processes that share a store; empty: controllers and scheduler act from their start on
 */
public record AllInOneConfig(
        ApiServerConfig api,
        Set<ComponentName> components,
        Nodes nodes,
        Optional<LeaderElectionConfig> leaderElection) {
    /** Of a process that is alone. */
    public AllInOneConfig(ApiServerConfig api, Set<ComponentName> components, Nodes nodes) {
        this(api, components, nodes, Optional.empty());
    }

    public AllInOneConfig {
        components = Set.copyOf(components);
    }

    boolean runs(ComponentName component) {
        return components.contains(component);
    }
}
