package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.NodeFilter;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.QueueingHints;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.EnumSet;
import java.util.Set;

/** Holds a pod that names its node to that node. */
public final class NodeName implements FilterPlugin, QueueingHints {
    private static final Rejection REJECTION =
            Rejection.unresolvable("NodeName", "node(s) didn't match the requested node name");

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        return pod.isAssigned() ? new PreFilterResult.Check(new Named(pod.nodeName())) : PreFilterResult.SKIP;
    }

    private record Named(String node) implements NodeFilter {
        @Override
        public long filter(NodeBlock block, long candidates) {
            for (long left = candidates; left != 0; left &= left - 1) {
                if (block.node(Long.numberOfTrailingZeros(left)).name().equals(node)) {
                    return Long.lowestOneBit(left);
                }
            }
            return 0;
        }

        @Override
        public Rejection explain(NodeBlock block, int place) {
            return REJECTION;
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return true;
    }
}
