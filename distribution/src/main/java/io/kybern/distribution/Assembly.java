package io.kybern.distribution;

import io.kybern.operators.ControllersConfig;
import java.util.ArrayList;
import java.util.List;

/** Wires the components of a process: the one place that knows them all. */
final class Assembly {
    private Assembly() {}

    /** In the order in which they start. */
    static List<Component> components(AllInOneConfig config, ApiComponent api) {
        List<Component> components = new ArrayList<>();
        components.add(api);
        if (config.runs(ComponentName.CONTROLLERS)) {
            String rootCa = config.api().pki().authority().certificatePem();
            ControllersConfig controllers = ControllersConfig.defaults().withRootCa(rootCa);
            components.add(new LedComponent(
                    LedComponent.Role.CONTROLLERS,
                    api,
                    config.leaderElection(),
                    client -> new ControllersTerm(client, controllers, api.policyChecks())));
        }
        if (config.runs(ComponentName.SCHEDULER)) {
            components.add(
                    new LedComponent(LedComponent.Role.SCHEDULER, api, config.leaderElection(), SchedulerTerm::new));
        }
        if (config.runs(ComponentName.NODE)) {
            switch (config.nodes()) {
                case Nodes.Containerd node ->
                    components.add(
                            new ContainerdNodeComponent(api, node, config.api().pki()));
                case Nodes.Simulated nodes
                when nodes.count() > 0 ->
                    components.add(
                            new SimulatedNodesComponent(api, nodes, config.api().pki()));
                case Nodes.Simulated none -> {}
            }
        }
        return components;
    }
}
