package io.kybern.distribution;

import io.kybern.apiserver.ApiServerConfig;
import java.util.Set;

/**
 * What runs in the process and how.
 *
 * @param nodes how many; more than one only with the simulated runtime
 */
public record AllInOneConfig(ApiServerConfig api, Set<ComponentName> components, int nodes, NodeRuntime runtime) {
    public AllInOneConfig {
        components = Set.copyOf(components);
    }

    boolean runs(ComponentName component) {
        return components.contains(component);
    }
}
