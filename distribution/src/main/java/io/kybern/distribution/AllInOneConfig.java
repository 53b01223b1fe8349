package io.kybern.distribution;

import io.kybern.apiserver.ApiServerConfig;
import java.util.Set;

/** What runs in the process and how. */
public record AllInOneConfig(ApiServerConfig api, Set<ComponentName> components, Nodes nodes) {
    public AllInOneConfig {
        components = Set.copyOf(components);
    }

    boolean runs(ComponentName component) {
        return components.contains(component);
    }
}
