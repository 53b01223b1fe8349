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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Spreads pods over domains: for each of the pod's constraints, no domain may hold more than {@code maxSkew} pods above
 * the emptiest one; of soft constraints, domains with fewer pods are better. Of pods without constraints nothing is
 * asked; upstream's own default constraints, which follow Services and owners, are not applied.
 */
public final class PodTopologySpread implements FilterPlugin, ScorePlugin, QueueingHints {
    private static final String NAME = "PodTopologySpread";
    private static final String SKEWED = "node(s) didn't match pod topology spread constraints";
    private static final Rejection TOO_MANY = Rejection.resolvable(NAME, SKEWED);
    private static final Rejection NO_DOMAIN = Rejection.unresolvable(NAME, SKEWED + " (missing required label)");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        List<SpreadConstraint> constraints = SpreadConstraint.of(pod, "DoNotSchedule");
        if (constraints.isEmpty()) {
            return PreFilterResult.SKIP;
        }
        List<Map<String, Integer>> counts = count(pod, snapshot, constraints);
        List<Limit> limits = new ArrayList<>();
        for (int i = 0; i < constraints.size(); i++) {
            limits.add(Limit.of(constraints.get(i), counts.get(i), pod));
        }
        return new PreFilterResult.Check(new Balanced(limits));
    }

    /** For each constraint: domain → pods in it. */
    private static List<Map<String, Integer>> count(
            PodInfo pod, Snapshot snapshot, List<SpreadConstraint> constraints) {
        List<Map<String, Integer>> counts = new ArrayList<>();
        constraints.forEach(constraint -> counts.add(new HashMap<>()));
        NodeAffinity.Required affinity = NodeAffinity.Required.of(pod);
        for (int index = 0; index < snapshot.blocks(); index++) {
            NodeBlock block = snapshot.block(index);
            for (long left = block.present(); left != 0; left &= left - 1) {
                int place = Long.numberOfTrailingZeros(left);
                NodeInfo node = block.node(place);
                if (!SpreadConstraint.allKeysOn(node, constraints)) {
                    continue;
                }
                for (int i = 0; i < constraints.size(); i++) {
                    SpreadConstraint constraint = constraints.get(i);
                    if (constraint.includes(node, pod, affinity)) {
                        counts.get(i)
                                .merge(
                                        node.labels().get(constraint.topologyKey()),
                                        constraint.count(
                                                block.pods(place), pod.key().namespace()),
                                        Integer::sum);
                    }
                }
            }
        }
        return counts;
    }

    /**
     * @param counts domain → pods in it
     * @param max how many there may be already
     */
    private record Limit(String topologyKey, Map<String, Integer> counts, long max) {
        static Limit of(SpreadConstraint constraint, Map<String, Integer> counts, PodInfo pod) {
            int least = counts.size() < constraint.minDomains()
                    ? 0
                    : counts.values().stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
            int self = constraint.selects(pod.labels()) ? 1 : 0;
            return new Limit(constraint.topologyKey(), counts, (long) constraint.maxSkew() + least - self);
        }
    }

    private record Balanced(List<Limit> limits) implements NodeFilter {
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
            for (Limit limit : limits) {
                String domain = node.labels().get(limit.topologyKey());
                if (domain == null) {
                    return Optional.of(NO_DOMAIN);
                }
                if (limit.counts().getOrDefault(domain, 0) > limit.max()) {
                    return Optional.of(TOO_MANY);
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        List<SpreadConstraint> constraints = SpreadConstraint.of(pod, "ScheduleAnyway");
        if (constraints.isEmpty()) {
            return Optional.empty();
        }
        List<Map<String, Integer>> counts = count(pod, snapshot, constraints);
        List<Domains> domains = new ArrayList<>();
        for (int i = 0; i < constraints.size(); i++) {
            String key = constraints.get(i).topologyKey();
            double weight = Math.log(domainsAmong(feasible, key, constraints) + 2.0);
            domains.add(new Domains(key, counts.get(i), constraints.get(i).maxSkew(), weight));
        }
        return Optional.of(new FewestPods(domains, constraints));
    }

    private static int domainsAmong(FeasibleNodes feasible, String key, List<SpreadConstraint> constraints) {
        Set<String> values = new HashSet<>();
        for (int part = 0; part < feasible.parts(); part++) {
            for (long left = feasible.nodes(part); left != 0; left &= left - 1) {
                NodeInfo node = feasible.block(part).node(Long.numberOfTrailingZeros(left));
                if (SpreadConstraint.allKeysOn(node, constraints)) {
                    values.add(node.labels().get(key));
                }
            }
        }
        return values.size();
    }

    /** @param weight grows with the number of domains, so that small ones are not watered down by large ones */
    private record Domains(String topologyKey, Map<String, Integer> counts, int maxSkew, double weight) {}

    private record FewestPods(List<Domains> domains, List<SpreadConstraint> constraints) implements NodeScorer {
        /** The score of a node that lacks a label: it gets nothing in the end. */
        private static final long OUTSIDE = -1;

        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                NodeInfo node = block.node(Long.numberOfTrailingZeros(left));
                scores[at++] = SpreadConstraint.allKeysOn(node, constraints) ? pods(node) : OUTSIDE;
            }
        }

        private long pods(NodeInfo node) {
            double sum = 0;
            for (Domains domain : domains) {
                int count = domain.counts().getOrDefault(node.labels().get(domain.topologyKey()), 0);
                sum += count * domain.weight() + (domain.maxSkew() - 1);
            }
            return Math.round(sum);
        }

        @Override
        public void normalize(long[] scores, int count) {
            long min = Long.MAX_VALUE;
            long max = 0;
            for (int i = 0; i < count; i++) {
                if (scores[i] != OUTSIDE) {
                    min = Math.min(min, scores[i]);
                    max = Math.max(max, scores[i]);
                }
            }
            for (int i = 0; i < count; i++) {
                if (scores[i] == OUTSIDE) {
                    scores[i] = 0;
                } else {
                    scores[i] = max == 0 ? MAX_SCORE : MAX_SCORE * (max + min - scores[i]) / max;
                }
            }
        }
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(
                Kind.NODE_ADD,
                Kind.NODE_LABEL,
                Kind.NODE_TAINT,
                Kind.NODE_DELETE,
                Kind.POD_ADD,
                Kind.POD_LABEL,
                Kind.POD_TOLERATION,
                Kind.POD_DELETE);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        List<SpreadConstraint> constraints = SpreadConstraint.of(pod, "DoNotSchedule");
        return switch (event) {
            case ClaimEvent claim -> false;
            case NodeEvent node ->
                SpreadConstraint.allKeysOn(node.node(), constraints)
                        || node.before()
                                .map(before -> SpreadConstraint.allKeysOn(before, constraints))
                                .orElse(false);
            case PodEvent own when own.pod().key().equals(pod.key()) -> true;
            case PodEvent other ->
                other.pod().isAssigned()
                        && other.pod().key().namespace().equals(pod.key().namespace())
                        && constraints.stream()
                                .anyMatch(constraint ->
                                        constraint.selects(other.pod().labels())
                                                || other.before()
                                                        .map(before -> constraint.selects(before.labels()))
                                                        .orElse(false));
        };
    }
}
