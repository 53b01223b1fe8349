package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.framework.Diagnosis;
import io.kybern.operators.scheduler.framework.FeasibleNodes;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.NodeFilter;
import io.kybern.operators.scheduler.framework.NodeScorer;
import io.kybern.operators.scheduler.framework.PodFilters;
import io.kybern.operators.scheduler.framework.PostFilterPlugin;
import io.kybern.operators.scheduler.framework.PostFilterResult;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.framework.Profile.WeightedScore;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Chooses a node for a pod: filter, then score, and of the best a random one. Nothing but the answer depends on a call,
 * save where the next search begins.
 *
 * <p>In a large cluster not every node is looked at. The search goes block by block from where the last one ended and
 * stops when enough feasible nodes are found: from 100 nodes on 50 % less one for each 125 nodes, 5 % and 100 nodes at
 * least (upstream's figures). Whole blocks are searched, so up to 63 nodes more than that.
 *
 * <p>One thread; the arrays are reused from call to call.
 */
public final class SchedulingAlgorithm {
    private static final int MIN_FEASIBLE = 100;
    private static final int MIN_PERCENTAGE = 5;

    private final Profile profile;
    private final int percentageOfNodesToScore;
    private final RandomGenerator random;
    private final FeasibleNodes feasible;
    private long[] totals = new long[MIN_FEASIBLE];
    private long[] scores = new long[MIN_FEASIBLE];
    private int nextBlock;

    public SchedulingAlgorithm(
            Profile profile, int percentageOfNodesToScore, RandomGenerator random, Snapshot anySnapshot) {
        this.profile = profile;
        this.percentageOfNodesToScore = percentageOfNodesToScore;
        this.random = random;
        this.feasible = new FeasibleNodes(anySnapshot);
    }

    /** What the filters have to say before any node is looked at. */
    private record PreFiltered(
            PodFilters filters, Optional<Set<String>> only, Set<String> narrowing, Optional<Rejection> rejection) {}

    public Decision decide(PodInfo pod, Snapshot snapshot) {
        if (snapshot.size() == 0) {
            return new Decision.NoNodes();
        }
        PreFiltered asked = preFilter(pod, snapshot);
        feasible.reset(snapshot);
        if (asked.rejection().isEmpty()) {
            if (asked.only().isPresent()) {
                searchOnly(asked.only().get(), asked.filters(), snapshot);
            } else {
                search(asked.filters(), snapshot);
            }
        }
        if (feasible.count() == 0) {
            return unschedulable(pod, snapshot, asked);
        }
        int best = feasible.count() == 1 ? 0 : best(pod, snapshot);
        return new Decision.Chosen(feasible.name(best), feasible.count());
    }

    private PreFiltered preFilter(PodInfo pod, Snapshot snapshot) {
        List<NodeFilter> filters = new ArrayList<>();
        Optional<Set<String>> only = Optional.empty();
        Set<String> narrowing = new TreeSet<>();
        for (FilterPlugin plugin : profile.filters()) {
            switch (plugin.preFilter(pod, snapshot)) {
                case PreFilterResult.Skip skip -> {}
                case PreFilterResult.Check check -> filters.add(check.filter());
                case PreFilterResult.CheckOnly check -> {
                    filters.add(check.filter());
                    narrowing.add(plugin.name());
                    Set<String> names = new HashSet<>(check.nodes());
                    only.ifPresent(names::retainAll);
                    only = Optional.of(names);
                }
                case PreFilterResult.Reject reject -> {
                    return new PreFiltered(new PodFilters(List.of()), only, narrowing, Optional.of(reject.rejection()));
                }
            }
        }
        return new PreFiltered(new PodFilters(filters), only, narrowing, Optional.empty());
    }

    private void search(PodFilters filters, Snapshot snapshot) {
        int wanted = feasibleNodesToFind(snapshot.size());
        int blocks = snapshot.blocks();
        int from = nextBlock % blocks;
        int index = from;
        do {
            NodeBlock block = snapshot.block(index);
            feasible.add(index, filters.filter(block, block.present()));
            index = index + 1 == blocks ? 0 : index + 1;
        } while (index != from && feasible.count() < wanted);
        nextBlock = index;
    }

    private void searchOnly(Set<String> nodes, PodFilters filters, Snapshot snapshot) {
        for (String node : nodes) {
            OptionalInt found = snapshot.find(node);
            if (found.isPresent()) {
                int index = found.getAsInt() / NodeBlock.SIZE;
                feasible.add(index, filters.filter(snapshot.block(index), 1L << found.getAsInt() % NodeBlock.SIZE));
            }
        }
    }

    int feasibleNodesToFind(int nodes) {
        if (nodes < MIN_FEASIBLE) {
            return nodes;
        }
        int percentage =
                percentageOfNodesToScore > 0 ? percentageOfNodesToScore : Math.max(50 - nodes / 125, MIN_PERCENTAGE);
        return Math.max(nodes * percentage / 100, MIN_FEASIBLE);
    }

    /** The index of the best feasible node; among equals each has the same chance. */
    private int best(PodInfo pod, Snapshot snapshot) {
        int count = feasible.count();
        if (totals.length < count) {
            totals = new long[count + NodeBlock.SIZE];
            scores = new long[count + NodeBlock.SIZE];
        }
        Arrays.fill(totals, 0, count, 0);
        for (WeightedScore weighted : profile.scores()) {
            Optional<NodeScorer> scorer = weighted.plugin().preScore(pod, snapshot, feasible);
            if (scorer.isPresent()) {
                score(scorer.get());
                for (int i = 0; i < count; i++) {
                    totals[i] += scores[i] * weighted.weight();
                }
            }
        }
        return randomMaximum(count);
    }

    private void score(NodeScorer scorer) {
        int offset = 0;
        for (int part = 0; part < feasible.parts(); part++) {
            scorer.score(feasible.block(part), feasible.nodes(part), scores, offset);
            offset += Long.bitCount(feasible.nodes(part));
        }
        scorer.normalize(scores, offset);
    }

    private int randomMaximum(int count) {
        long max = Long.MIN_VALUE;
        int equals = 0;
        for (int i = 0; i < count; i++) {
            if (totals[i] > max) {
                max = totals[i];
                equals = 1;
            } else if (totals[i] == max) {
                equals++;
            }
        }
        int chosen = equals == 1 ? 0 : random.nextInt(equals);
        for (int i = 0; ; i++) {
            if (totals[i] == max && chosen-- == 0) {
                return i;
            }
        }
    }

    /** Asks all filters again, this time for their reasons, and then the plugins that may make room. */
    private Decision unschedulable(PodInfo pod, Snapshot snapshot, PreFiltered asked) {
        Map<String, Rejection> rejections = new LinkedHashMap<>();
        Set<String> plugins = new HashSet<>(asked.narrowing());
        if (asked.rejection().isPresent()) {
            plugins.add(asked.rejection().get().plugin());
        } else if (asked.only().isPresent()) {
            for (String node : asked.only().get()) {
                snapshot.find(node).ifPresent(position -> explain(snapshot, position, asked.filters(), rejections));
            }
        } else {
            for (int index = 0; index < snapshot.blocks(); index++) {
                for (long left = snapshot.block(index).present(); left != 0; left &= left - 1) {
                    int position = index * NodeBlock.SIZE + Long.numberOfTrailingZeros(left);
                    explain(snapshot, position, asked.filters(), rejections);
                }
            }
        }
        rejections.values().forEach(rejection -> plugins.add(rejection.plugin()));
        Optional<String> absent = asked.narrowing().isEmpty()
                ? Optional.empty()
                : Optional.of("node(s) didn't satisfy plugin(s) [" + String.join(" ", asked.narrowing()) + "]");
        Diagnosis diagnosis = new Diagnosis(snapshot.size(), asked.rejection(), rejections, absent, plugins);
        return new Decision.Unschedulable(
                diagnosis, diagnosis.message(postFilter(pod, snapshot, diagnosis, asked.filters())));
    }

    private static void explain(
            Snapshot snapshot, int position, PodFilters filters, Map<String, Rejection> rejections) {
        NodeBlock block = snapshot.block(position / NodeBlock.SIZE);
        int place = position % NodeBlock.SIZE;
        filters.explain(block, place)
                .ifPresent(rejection -> rejections.put(block.node(place).name(), rejection));
    }

    private String postFilter(PodInfo pod, Snapshot snapshot, Diagnosis diagnosis, PodFilters filters) {
        List<String> messages = new ArrayList<>();
        for (PostFilterPlugin plugin : profile.postFilters()) {
            switch (plugin.postFilter(pod, snapshot, diagnosis, filters)) {
                case PostFilterResult.NoHelp(String message) -> messages.add(message);
                case PostFilterResult.Failed(String message) -> {
                    return message;
                }
                case PostFilterResult.Nominated(String node) ->
                    throw new UnsupportedOperationException(
                            plugin.name() + " nominated " + node + ": nominations are not supported");
            }
        }
        return String.join(", ", messages);
    }
}
