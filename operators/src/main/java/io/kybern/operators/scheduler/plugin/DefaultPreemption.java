package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.Diagnosis;
import io.kybern.operators.scheduler.framework.PodFilters;
import io.kybern.operators.scheduler.framework.PostFilterPlugin;
import io.kybern.operators.scheduler.framework.PostFilterResult;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says whether pods of lower priority leaving would make room, and on which nodes not. It does not evict them: the
 * message tells when that would have helped.
 */
public final class DefaultPreemption implements PostFilterPlugin {
    private static final String NAME = "DefaultPreemption";
    private static final Rejection NO_VICTIMS =
            Rejection.unresolvable(NAME, "No preemption victims found for incoming pod");
    private static final Rejection NOT_EVICTED =
            Rejection.unresolvable(NAME, "pods of lower priority are not evicted by this scheduler");
    private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public PostFilterResult postFilter(PodInfo pod, Snapshot snapshot, Diagnosis diagnosis, PodFilters filters) {
        if (!pod.preempts()) {
            return new PostFilterResult.NoHelp("preemption: not eligible due to preemptionPolicy=Never.");
        }
        Map<String, Rejection> outcome = new HashMap<>();
        for (String node : diagnosis.resolvableNodes()) {
            snapshot.find(node).ifPresent(position -> outcome.put(node, dryRun(pod, snapshot, position, filters)));
        }
        return new PostFilterResult.NoHelp("preemption: "
                + Diagnosis.ofNodes(snapshot.size(), outcome, NOT_HELPFUL).message(""));
    }

    private static Rejection dryRun(PodInfo pod, Snapshot snapshot, int position, PodFilters filters) {
        NodeBlock block = snapshot.block(position / NodeBlock.SIZE);
        int place = position % NodeBlock.SIZE;
        List<PodInfo> victims = block.pods(place).stream()
                .filter(other -> other.priority() < pod.priority())
                .toList();
        return victims.isEmpty()
                ? NO_VICTIMS
                : filters.explain(block.without(place, victims), place).orElse(NOT_EVICTED);
    }
}
