package io.kybern.operators;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the controllers may be told. Names and defaults are kube-controller-manager's flags.
 *
 * @param controllers {@code --controllers}: {@code *} for all, a name to enable, {@code -name} to disable
 * @param concurrency {@code --concurrent-*-syncs}, by name of the controller; 5 where it says nothing
 * @param rootCa PEM of the authority that pods trust ({@code --root-ca-file}); empty: none is published
 * @param nodeMonitorGracePeriod how long a node may be silent
 * @param nodeStartupGracePeriod the same for one that has never been heard of
 * @param nodeEvictionRate nodes a second whose pods may be evicted in a healthy zone
 * @param secondaryNodeEvictionRate the same in a zone that is partly down, if the cluster is large
 * @param unhealthyZoneThreshold which part of a zone's nodes must be silent for it to be partly down
 * @param largeClusterSizeThreshold up to so many nodes a zone that is partly down evicts nothing
 * @param maxEndpointsPerSlice endpoints in an EndpointSlice
 * @param terminatedPodGcThreshold how many terminated pods may stay; zero: all
 * @param clock for tests
 */
public record ControllersConfig(
        List<String> controllers,
        Map<String, Integer> concurrency,
        String rootCa,
        Duration nodeMonitorGracePeriod,
        Duration nodeStartupGracePeriod,
        double nodeEvictionRate,
        double secondaryNodeEvictionRate,
        double unhealthyZoneThreshold,
        int largeClusterSizeThreshold,
        int maxEndpointsPerSlice,
        int terminatedPodGcThreshold,
        InstantSource clock) {
    private static final int DEFAULT_CONCURRENCY = 5;

    public ControllersConfig {
        controllers = List.copyOf(controllers);
        concurrency = Map.copyOf(concurrency);
    }

    public static ControllersConfig defaults() {
        return new ControllersConfig(
                List.of("*"),
                Map.of("namespace-controller", 10, "garbage-collector-controller", 20),
                "",
                Duration.ofSeconds(50),
                Duration.ofSeconds(60),
                0.1,
                0.01,
                0.55,
                50,
                100,
                12500,
                InstantSource.system());
    }

    public ControllersConfig withControllers(List<String> names) {
        return new ControllersConfig(
                names,
                concurrency,
                rootCa,
                nodeMonitorGracePeriod,
                nodeStartupGracePeriod,
                nodeEvictionRate,
                secondaryNodeEvictionRate,
                unhealthyZoneThreshold,
                largeClusterSizeThreshold,
                maxEndpointsPerSlice,
                terminatedPodGcThreshold,
                clock);
    }

    public ControllersConfig withConcurrency(String controller, int syncs) {
        var changed = new HashMap<>(concurrency);
        changed.put(controller, syncs);
        return new ControllersConfig(
                controllers,
                changed,
                rootCa,
                nodeMonitorGracePeriod,
                nodeStartupGracePeriod,
                nodeEvictionRate,
                secondaryNodeEvictionRate,
                unhealthyZoneThreshold,
                largeClusterSizeThreshold,
                maxEndpointsPerSlice,
                terminatedPodGcThreshold,
                clock);
    }

    public ControllersConfig withRootCa(String pem) {
        return new ControllersConfig(
                controllers,
                concurrency,
                pem,
                nodeMonitorGracePeriod,
                nodeStartupGracePeriod,
                nodeEvictionRate,
                secondaryNodeEvictionRate,
                unhealthyZoneThreshold,
                largeClusterSizeThreshold,
                maxEndpointsPerSlice,
                terminatedPodGcThreshold,
                clock);
    }

    public ControllersConfig withNodeMonitorGracePeriod(Duration period) {
        return new ControllersConfig(
                controllers,
                concurrency,
                rootCa,
                period,
                nodeStartupGracePeriod,
                nodeEvictionRate,
                secondaryNodeEvictionRate,
                unhealthyZoneThreshold,
                largeClusterSizeThreshold,
                maxEndpointsPerSlice,
                terminatedPodGcThreshold,
                clock);
    }

    /** Whether the controller of this name runs. */
    public boolean enables(String controller) {
        if (controllers.contains("-" + controller)) {
            return false;
        }
        return controllers.contains(controller) || controllers.contains("*");
    }

    int concurrencyOf(String controller) {
        return concurrency.getOrDefault(controller, DEFAULT_CONCURRENCY);
    }
}
