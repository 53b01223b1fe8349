package io.kybern.operators.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
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
import io.kybern.operators.scheduler.pod.NodeSelection;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code spec.nodeSelector} and {@code spec.affinity.nodeAffinity}. */
public final class NodeAffinity implements FilterPlugin, ScorePlugin, QueueingHints {
    private static final String NAME = "NodeAffinity";
    private static final Rejection REJECTION =
            Rejection.unresolvable(NAME, "node(s) didn't match Pod's node affinity/selector");
    private static final Rejection CONFLICT = Rejection.unresolvable(NAME, "pod affinity terms conflict");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        Required required = Required.of(pod);
        if (required.asksNothing()) {
            return PreFilterResult.SKIP;
        }
        Optional<Set<String>> names = required.terms().flatMap(NodeAffinity::namedNodes);
        if (names.isEmpty()) {
            return new PreFilterResult.Check(required);
        }
        return names.get().isEmpty()
                ? new PreFilterResult.Reject(CONFLICT)
                : new PreFilterResult.CheckOnly(required, names.get());
    }

    /**
     * The nodes that the terms name, as a DaemonSet's pods do; empty when some term names none and so may match any.
     */
    private static Optional<Set<String>> namedNodes(List<NodeSelectorTerm> terms) {
        if (terms.isEmpty()) {
            return Optional.empty();
        }
        Set<String> all = new HashSet<>();
        for (NodeSelectorTerm term : terms) {
            Optional<Set<String>> named = Optional.empty();
            for (NodeSelectorRequirement field : term.getMatchFields()) {
                if (NodeSelection.NAME_FIELD.equals(field.getKey()) && "In".equals(field.getOperator())) {
                    Set<String> values = new HashSet<>(field.getValues());
                    named.ifPresent(values::retainAll);
                    named = Optional.of(values);
                }
            }
            if (named.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(named.get());
        }
        return Optional.of(all);
    }

    /**
     * @param terms empty when there is no required node affinity; an empty list, which matches nothing, is not the same
     */
    record Required(Map<String, String> selector, Optional<List<NodeSelectorTerm>> terms) implements NodeFilter {
        static Required of(PodInfo pod) {
            return new Required(
                    pod.nodeSelector(),
                    pod.affinity()
                            .map(Affinity::getNodeAffinity)
                            .map(
                                    io.fabric8.kubernetes.api.model.NodeAffinity
                                            ::getRequiredDuringSchedulingIgnoredDuringExecution)
                            .map(NodeSelector::getNodeSelectorTerms));
        }

        boolean asksNothing() {
            return selector.isEmpty() && terms.isEmpty();
        }

        boolean matches(NodeInfo node) {
            for (Map.Entry<String, String> wanted : selector.entrySet()) {
                if (!wanted.getValue().equals(node.labels().get(wanted.getKey()))) {
                    return false;
                }
            }
            return terms.isEmpty() || NodeSelection.anyMatches(terms.get(), node.name(), node.labels());
        }

        @Override
        public long filter(NodeBlock block, long candidates) {
            long passing = candidates;
            for (long left = candidates; left != 0; left &= left - 1) {
                if (!matches(block.node(Long.numberOfTrailingZeros(left)))) {
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
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        return pod.affinity()
                .map(Affinity::getNodeAffinity)
                .map(io.fabric8.kubernetes.api.model.NodeAffinity::getPreferredDuringSchedulingIgnoredDuringExecution)
                .filter(terms -> !terms.isEmpty())
                .map(Preferred::new);
    }

    private record Preferred(List<PreferredSchedulingTerm> terms) implements NodeScorer {
        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                scores[at++] = weight(block.node(Long.numberOfTrailingZeros(left)));
            }
        }

        private long weight(NodeInfo node) {
            long sum = 0;
            for (PreferredSchedulingTerm term : terms) {
                if (NodeSelection.matches(term.getPreference(), node.name(), node.labels())) {
                    sum += term.getWeight();
                }
            }
            return sum;
        }

        @Override
        public void normalize(long[] scores, int count) {
            NodeScorer.scaleToMax(scores, count);
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.NODE_ADD, Kind.NODE_LABEL);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        Required required = Required.of(pod);
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node ->
                required.matches(node.node())
                        && !node.before().map(required::matches).orElse(false);
            case PodEvent other -> false;
        };
    }
}
