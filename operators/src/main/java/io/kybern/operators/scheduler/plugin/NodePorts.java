package io.kybern.operators.scheduler.plugin;

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
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.HostPort;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Leaves out nodes where a port of the node that the pod wants is taken. */
public final class NodePorts implements FilterPlugin, QueueingHints {
    private static final Rejection REJECTION =
            Rejection.resolvable("NodePorts", "node(s) didn't have free ports for the requested pod ports");

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        return pod.hostPorts().isEmpty()
                ? PreFilterResult.SKIP
                : new PreFilterResult.Check(new PortsFree(pod.hostPorts()));
    }

    private record PortsFree(List<HostPort> wanted) implements NodeFilter {
        @Override
        public long filter(NodeBlock block, long candidates) {
            long passing = candidates;
            for (long left = candidates & block.withHostPorts(); left != 0; left &= left - 1) {
                if (block.portsTaken(Long.numberOfTrailingZeros(left), wanted)) {
                    passing &= ~Long.lowestOneBit(left);
                }
            }
            return passing;
        }

        @Override
        public Rejection explain(NodeBlock block, int place) {
            return REJECTION;
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD, Kind.POD_DELETE);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node -> true;
            case PodEvent deleted ->
                deleted.pod().hostPorts().stream()
                        .anyMatch(freed -> pod.hostPorts().stream().anyMatch(freed::conflictsWith));
        };
    }
}
