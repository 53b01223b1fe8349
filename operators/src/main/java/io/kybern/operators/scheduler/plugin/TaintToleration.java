package io.kybern.operators.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.ClaimEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.NodeEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.framework.FeasibleNodes;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.NodeFilter;
import io.kybern.operators.scheduler.framework.NodeScorer;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.QueueingHints;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.framework.ScorePlugin;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.Tolerations;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Leaves out nodes with a taint that the pod doesn't tolerate, and prefers those with fewer such soft taints. */
public final class TaintToleration implements FilterPlugin, ScorePlugin, QueueingHints {
    private static final String SOFT = "PreferNoSchedule";
    private static final Rejection REJECTION =
            Rejection.unresolvable("TaintToleration", "node(s) had untolerated taint(s)");

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        return new PreFilterResult.Check(new Tolerated(pod.tolerations()));
    }

    private record Tolerated(List<Toleration> tolerations) implements NodeFilter {
        @Override
        public long filter(NodeBlock block, long candidates) {
            long passing = candidates;
            for (long left = candidates & block.tainted(); left != 0; left &= left - 1) {
                if (!toleratesAll(tolerations, block.node(Long.numberOfTrailingZeros(left)))) {
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

    static boolean toleratesAll(List<Toleration> tolerations, NodeInfo node) {
        for (Taint taint : node.taints()) {
            if (!SOFT.equals(taint.getEffect()) && !Tolerations.tolerate(tolerations, taint)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        for (int part = 0; part < feasible.parts(); part++) {
            if ((feasible.nodes(part) & feasible.block(part).softTainted()) != 0) {
                return Optional.of(new FewestSoftTaints(pod.tolerations().stream()
                        .filter(toleration -> toleration.getEffect() == null
                                || toleration.getEffect().isEmpty()
                                || toleration.getEffect().equals(SOFT))
                        .toList()));
            }
        }
        return Optional.empty();
    }

    private record FewestSoftTaints(List<Toleration> tolerations) implements NodeScorer {
        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                boolean soft = (Long.lowestOneBit(left) & block.softTainted()) != 0;
                scores[at++] = soft ? untolerated(block.node(Long.numberOfTrailingZeros(left))) : 0;
            }
        }

        private int untolerated(NodeInfo node) {
            int count = 0;
            for (Taint taint : node.taints()) {
                if (SOFT.equals(taint.getEffect()) && !Tolerations.tolerate(tolerations, taint)) {
                    count++;
                }
            }
            return count;
        }

        @Override
        public void normalize(long[] scores, int count) {
            NodeScorer.scaleToMaxReversed(scores, count);
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD, Kind.NODE_TAINT, Kind.POD_TOLERATION);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node ->
                toleratesAll(pod.tolerations(), node.node())
                        && !node.before()
                                .map(before -> toleratesAll(pod.tolerations(), before))
                                .orElse(false);
            case PodEvent other -> other.pod().key().equals(pod.key());
        };
    }
}
