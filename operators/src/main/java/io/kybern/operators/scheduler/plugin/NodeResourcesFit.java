package io.kybern.operators.scheduler.plugin;

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
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.pod.ResourceVector;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Leaves out nodes that have too little of something left, and prefers those with the larger free share of cpu and
 * memory (upstream's strategy {@code LeastAllocated}).
 */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin, QueueingHints {
    private static final String NAME = "NodeResourcesFit";

    private final ResourceNames names;

    public NodeResourcesFit(ResourceNames names) {
        this.names = names;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        return new PreFilterResult.Check(new EnoughFree(pod.requests(), names));
    }

    private record EnoughFree(ResourceVector requests, ResourceNames names) implements NodeFilter {
        @Override
        public long filter(NodeBlock block, long candidates) {
            long passing = candidates;
            for (int i = 0; i < requests.size() && passing != 0; i++) {
                passing &= block.withFree(requests.resource(i), requests.amount(i));
            }
            return passing;
        }

        @Override
        public Rejection explain(NodeBlock block, int place) {
            var reasons = new ArrayList<String>(1);
            boolean resolvable = true;
            for (int i = 0; i < requests.size(); i++) {
                int resource = requests.resource(i);
                if (block.free(resource, place) < requests.amount(i)) {
                    boolean pods = resource == ResourceNames.PODS;
                    reasons.add(pods ? "Too many pods" : "Insufficient " + names.name(resource));
                    resolvable &= pods || block.allocatable(resource, place) >= requests.amount(i);
                }
            }
            return new Rejection(NAME, resolvable, reasons);
        }
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        return Optional.of(new LeastAllocated(
                pod.nonZeroRequests().amountOf(ResourceNames.CPU),
                pod.nonZeroRequests().amountOf(ResourceNames.MEMORY)));
    }

    private record LeastAllocated(long cpu, long memory) implements NodeScorer {
        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                int place = Long.numberOfTrailingZeros(left);
                long cpus = block.allocatable(ResourceNames.CPU, place);
                long bytes = block.allocatable(ResourceNames.MEMORY, place);
                long sum = freeShare(cpus, block.nonZeroCpu(place) + cpu)
                        + freeShare(bytes, block.nonZeroMemory(place) + memory);
                int known = (cpus == 0 ? 0 : 1) + (bytes == 0 ? 0 : 1);
                scores[at++] = known == 2 ? sum >> 1 : sum;
            }
        }

        /** In hundredths, rounded down; a resource that the node doesn't have counts nothing. */
        private static long freeShare(long capacity, long used) {
            return capacity == 0 || used > capacity ? 0 : (capacity - used) * MAX_SCORE / capacity;
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD, Kind.NODE_ALLOCATABLE, Kind.POD_DELETE, Kind.POD_SCALE_DOWN);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node ->
                wouldFitEmpty(pod, node.node())
                        && node.before()
                                .map(before -> hasGrown(pod, before, node.node()))
                                .orElse(true);
            case PodEvent other
            when other.kind() == Kind.POD_SCALE_DOWN ->
                other.pod().key().equals(pod.key()) || other.pod().isAssigned() && freesWhatIsWanted(pod, other);
            case PodEvent deleted ->
                deleted.pod().isAssigned() || !deleted.pod().nominatedNodeName().isEmpty();
        };
    }

    private static boolean wouldFitEmpty(PodInfo pod, NodeInfo node) {
        ResourceVector requests = pod.requests();
        for (int i = 0; i < requests.size(); i++) {
            if (node.allocatable().amountOf(requests.resource(i)) < requests.amount(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasGrown(PodInfo pod, NodeInfo before, NodeInfo after) {
        ResourceVector requests = pod.requests();
        for (int i = 0; i < requests.size(); i++) {
            int resource = requests.resource(i);
            if (after.allocatable().amountOf(resource) > before.allocatable().amountOf(resource)) {
                return true;
            }
        }
        return false;
    }

    private static boolean freesWhatIsWanted(PodInfo pod, PodEvent shrunk) {
        PodInfo before = shrunk.before().orElse(shrunk.pod());
        ResourceVector requests = pod.requests();
        for (int i = 0; i < requests.size(); i++) {
            int resource = requests.resource(i);
            if (before.requests().amountOf(resource) > shrunk.pod().requests().amountOf(resource)) {
                return true;
            }
        }
        return false;
    }
}
