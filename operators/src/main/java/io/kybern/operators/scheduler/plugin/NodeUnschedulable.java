package io.kybern.operators.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Taint;
import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.ClaimEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.NodeEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.NodeFilter;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.QueueingHints;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.Tolerations;
import java.util.EnumSet;
import java.util.Set;

/** Leaves out cordoned nodes, unless the pod tolerates the taint that stands for it. */
public final class NodeUnschedulable implements FilterPlugin, QueueingHints {
    private static final Taint CORDONED = new Taint("NoSchedule", "node.kubernetes.io/unschedulable", null, null);
    private static final Rejection REJECTION =
            Rejection.unresolvable("NodeUnschedulable", "node(s) were unschedulable");

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        return Tolerations.tolerate(pod.tolerations(), CORDONED) ? PreFilterResult.SKIP : CHECK;
    }

    private static final PreFilterResult CHECK = new PreFilterResult.Check(new NodeFilter() {
        @Override
        public long filter(NodeBlock block, long candidates) {
            return candidates & ~block.unschedulable();
        }

        @Override
        public Rejection explain(NodeBlock block, int place) {
            return REJECTION;
        }
    });

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD, Kind.NODE_TAINT, Kind.POD_TOLERATION);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node ->
                !node.node().unschedulable()
                        && node.before().map(NodeInfo::unschedulable).orElse(true);
            case PodEvent other ->
                other.pod().key().equals(pod.key())
                        && Tolerations.tolerate(other.pod().tolerations(), CORDONED);
        };
    }
}
