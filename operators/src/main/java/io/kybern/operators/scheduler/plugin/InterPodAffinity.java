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
import io.kybern.operators.scheduler.pod.AffinityTerm;
import io.kybern.operators.scheduler.pod.NamespaceLabels;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Keeps pods near to pods and away from pods, as they ask for and as pods that run already ask for. Before nodes are
 * looked at, the pods of the cluster are turned into sets of topologies, such as "zone a holds a pod to stay away
 * from", so that a node costs a look-up for each term. Pods without terms cost a glance at each block, unless pods with
 * terms run there.
 */
public final class InterPodAffinity implements FilterPlugin, ScorePlugin, QueueingHints {
    private static final String NAME = "InterPodAffinity";
    private static final Rejection NOT_NEAR = Rejection.unresolvable(NAME, "node(s) didn't match pod affinity rules");
    private static final Rejection TOO_NEAR =
            Rejection.resolvable(NAME, "node(s) didn't match pod anti-affinity rules");
    private static final Rejection UNWELCOME =
            Rejection.resolvable(NAME, "node(s) didn't satisfy existing pods anti-affinity rules");

    private final NamespaceLabels namespaces;

    public InterPodAffinity(NamespaceLabels namespaces) {
        this.namespaces = namespaces;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** All nodes with the same value of a label. */
    private record Topology(String key, String value) {}

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        List<AffinityTerm> near = AffinityTerm.requiredNear(pod);
        List<AffinityTerm> far = AffinityTerm.requiredFar(pod);
        Map<String, String> ownLabels = namespaces.of(pod.key().namespace());
        Set<Topology> unwelcome = new HashSet<>();
        eachPod(snapshot, true, (node, other) -> {
            for (AffinityTerm term : AffinityTerm.requiredFar(other)) {
                if (term.matches(pod, ownLabels)) {
                    topology(term, node).ifPresent(unwelcome::add);
                }
            }
        });
        if (near.isEmpty() && far.isEmpty()) {
            return unwelcome.isEmpty()
                    ? PreFilterResult.SKIP
                    : new PreFilterResult.Check(new Placement(near, far, Set.of(), Set.of(), unwelcome, false));
        }
        Set<Topology> nearby = new HashSet<>();
        Set<Topology> tooNear = new HashSet<>();
        eachPod(snapshot, false, (node, other) -> {
            Map<String, String> labels = namespaces.of(other.key().namespace());
            if (!near.isEmpty() && near.stream().allMatch(term -> term.matches(other, labels))) {
                near.forEach(term -> topology(term, node).ifPresent(nearby::add));
            }
            for (AffinityTerm term : far) {
                if (term.matches(other, labels)) {
                    topology(term, node).ifPresent(tooNear::add);
                }
            }
        });
        // The first of a group that wants to be together finds nobody: it may go anywhere if it is of that group.
        boolean first = nearby.isEmpty() && near.stream().allMatch(term -> term.matches(pod, ownLabels));
        return new PreFilterResult.Check(new Placement(near, far, nearby, tooNear, unwelcome, first));
    }

    private static Optional<Topology> topology(AffinityTerm term, NodeInfo node) {
        return Optional.ofNullable(node.labels().get(term.topologyKey()))
                .map(value -> new Topology(term.topologyKey(), value));
    }

    private static void eachPod(Snapshot snapshot, boolean withAffinity, BiConsumer<NodeInfo, PodInfo> visit) {
        for (int index = 0; index < snapshot.blocks(); index++) {
            NodeBlock block = snapshot.block(index);
            long nodes = withAffinity ? block.present() & block.withAffinity() : block.present();
            for (long left = nodes; left != 0; left &= left - 1) {
                int place = Long.numberOfTrailingZeros(left);
                NodeInfo node = block.node(place);
                block.pods(place).forEach(pod -> visit.accept(node, pod));
            }
        }
    }

    private record Placement(
            List<AffinityTerm> near,
            List<AffinityTerm> far,
            Set<Topology> nearby,
            Set<Topology> tooNear,
            Set<Topology> unwelcome,
            boolean first)
            implements NodeFilter {
        @Override
        public long filter(NodeBlock block, long candidates) {
            long passing = candidates;
            for (long left = candidates; left != 0; left &= left - 1) {
                if (refusal(block.node(Long.numberOfTrailingZeros(left))).isPresent()) {
                    passing &= ~Long.lowestOneBit(left);
                }
            }
            return passing;
        }

        @Override
        public Rejection explain(NodeBlock block, int place) {
            return refusal(block.node(place)).orElseThrow();
        }

        private Optional<Rejection> refusal(NodeInfo node) {
            for (AffinityTerm term : near) {
                Optional<Topology> here = topology(term, node);
                if (here.isEmpty() || !first && !nearby.contains(here.get())) {
                    return Optional.of(NOT_NEAR);
                }
            }
            for (AffinityTerm term : far) {
                if (topology(term, node).filter(tooNear::contains).isPresent()) {
                    return Optional.of(TOO_NEAR);
                }
            }
            for (Topology topology : unwelcome) {
                if (topology.value().equals(node.labels().get(topology.key()))) {
                    return Optional.of(UNWELCOME);
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        List<AffinityTerm> near = AffinityTerm.preferredNear(pod);
        List<AffinityTerm> far = AffinityTerm.preferredFar(pod);
        Map<String, String> ownLabels = namespaces.of(pod.key().namespace());
        boolean hasTerms = !near.isEmpty() || !far.isEmpty();
        Map<String, Map<String, Long>> weights = new HashMap<>();
        eachPod(snapshot, !hasTerms, (node, other) -> {
            if (hasTerms) {
                Map<String, String> labels = namespaces.of(other.key().namespace());
                add(weights, near, other, labels, node, 1);
                add(weights, far, other, labels, node, -1);
            }
            if (other.affinity().isPresent()) {
                // Being required by a pod that runs already counts as a preference of the least weight.
                for (AffinityTerm term : AffinityTerm.requiredNear(other)) {
                    add(weights, term, 1, pod, ownLabels, node);
                }
                add(weights, AffinityTerm.preferredNear(other), pod, ownLabels, node, 1);
                add(weights, AffinityTerm.preferredFar(other), pod, ownLabels, node, -1);
            }
        });
        return weights.isEmpty() ? Optional.empty() : Optional.of(new Preference(weights));
    }

    private static void add(
            Map<String, Map<String, Long>> weights,
            List<AffinityTerm> terms,
            PodInfo pod,
            Map<String, String> namespaceLabels,
            NodeInfo node,
            int sign) {
        for (AffinityTerm term : terms) {
            add(weights, term, sign * term.weight(), pod, namespaceLabels, node);
        }
    }

    private static void add(
            Map<String, Map<String, Long>> weights,
            AffinityTerm term,
            long weight,
            PodInfo pod,
            Map<String, String> namespaceLabels,
            NodeInfo node) {
        String value = node.labels().get(term.topologyKey());
        if (value != null && term.matches(pod, namespaceLabels)) {
            weights.computeIfAbsent(term.topologyKey(), key -> new HashMap<>()).merge(value, weight, Long::sum);
        }
    }

    /** @param weights label key → label value → sum */
    private record Preference(Map<String, Map<String, Long>> weights) implements NodeScorer {
        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                NodeInfo node = block.node(Long.numberOfTrailingZeros(left));
                long sum = 0;
                for (Map.Entry<String, Map<String, Long>> key : weights.entrySet()) {
                    String value = node.labels().get(key.getKey());
                    sum += value == null ? 0 : key.getValue().getOrDefault(value, 0L);
                }
                scores[at++] = sum;
            }
        }

        /** The lowest becomes 0, the highest 100; sums may be negative. */
        @Override
        public void normalize(long[] scores, int count) {
            long min = Long.MAX_VALUE;
            long max = Long.MIN_VALUE;
            for (int i = 0; i < count; i++) {
                min = Math.min(min, scores[i]);
                max = Math.max(max, scores[i]);
            }
            for (int i = 0; i < count; i++) {
                scores[i] = max == min ? 0 : (long) (MAX_SCORE * ((double) (scores[i] - min) / (max - min)));
            }
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD, Kind.NODE_LABEL, Kind.POD_ADD, Kind.POD_LABEL, Kind.POD_DELETE);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node -> true;
            case PodEvent own when own.pod().key().equals(pod.key()) -> true;
            case PodEvent other
            when other.kind() == Kind.POD_LABEL -> other.pod().isAssigned();
            case PodEvent came
            when came.kind() == Kind.POD_ADD -> matchesAny(AffinityTerm.requiredNear(pod), came.pod());
            case PodEvent gone ->
                matchesAny(AffinityTerm.requiredFar(pod), gone.pod())
                        || matchesAny(AffinityTerm.requiredFar(gone.pod()), pod);
        };
    }

    private boolean matchesAny(List<AffinityTerm> terms, PodInfo pod) {
        return terms.stream()
                .anyMatch(term -> term.matches(pod, namespaces.of(pod.key().namespace())));
    }
}
