package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.Diagnosis;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.PodFilters;
import io.kybern.operators.scheduler.framework.PostFilterPlugin;
import io.kybern.operators.scheduler.framework.PostFilterResult;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.QueueingHints;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.EnumSet;
import java.util.Set;

/**
 * Dynamic resource claims are not allocated here: a pod with one is refused, and says so. For the others upstream's
 * plugin has its word in the message of a pod that fits nowhere: upstream also when the pod was refused before this plugin
 * looked at it, when all it has to say is that it knows nothing of the pod.
 */
public final class DynamicResources implements FilterPlugin, PostFilterPlugin, QueueingHints {
    private static final Rejection REJECTION = Rejection.unresolvable(
            "DynamicResources", "pod uses resource claims, which this scheduler does not allocate");

    @Override
    public String name() {
        return "DynamicResources";
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        return pod.claims() ? new PreFilterResult.Reject(REJECTION) : PreFilterResult.SKIP;
    }

    @Override
    public PostFilterResult postFilter(PodInfo pod, Snapshot snapshot, Diagnosis diagnosis, PodFilters filters) {
        return diagnosis.preFilter().isPresent()
                ? new PostFilterResult.Failed("not found")
                : new PostFilterResult.NoHelp("no new claims to deallocate");
    }

    @Override
    public Set<ClusterEvent.Kind> events() {
        return EnumSet.noneOf(ClusterEvent.Kind.class);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return false;
    }
}
