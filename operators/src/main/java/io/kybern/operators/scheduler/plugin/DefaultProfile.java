package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.BindPlugin;
import io.kybern.operators.scheduler.framework.Plugin;
import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.framework.Profile.Entry;
import io.kybern.operators.scheduler.pod.NamespaceLabels;
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.util.List;

/** The plugins that schedule when nothing else is configured, in upstream's order and with its weights (1.36). */
public final class DefaultProfile {
    public static final String SCHEDULER_NAME = "default-scheduler";

    private DefaultProfile() {}

    public static Profile of(
            String schedulerName,
            ResourceNames names,
            NamespaceLabels namespaces,
            VolumeClaims claims,
            BindPlugin binder) {
        return new Profile(
                schedulerName,
                List.of(
                        entry(new SchedulingGates()),
                        entry(new NodeUnschedulable()),
                        entry(new NodeName()),
                        new Entry(new TaintToleration(), 3),
                        new Entry(new NodeAffinity(), 2),
                        entry(new NodePorts()),
                        entry(new NodeResourcesFit(names)),
                        entry(new VolumeBinding(claims)),
                        new Entry(new PodTopologySpread(), 2),
                        new Entry(new InterPodAffinity(namespaces), 2),
                        entry(new DynamicResources()),
                        entry(new DefaultPreemption()),
                        entry(new NodeResourcesBalancedAllocation()),
                        entry(new ImageLocality()),
                        entry(binder)));
    }

    private static Entry entry(Plugin plugin) {
        return new Entry(plugin, 1);
    }
}
