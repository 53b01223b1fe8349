package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.Objects;
import io.kybern.operators.scheduler.framework.FeasibleNodes;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.NodeFilter;
import io.kybern.operators.scheduler.framework.NodeScorer;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.ScorePlugin;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks one plugin about a small cluster. */
final class Filters {
    private Filters() {}

    static NodeCache cluster(NodeInfo... nodes) {
        var cache = new NodeCache(Objects.NAMES);
        Arrays.stream(nodes).forEach(cache::putNode);
        return cache;
    }

    /** Node → reasons for not passing; nodes that pass have none. */
    static Map<String, List<String>> ask(FilterPlugin plugin, PodInfo pod, Snapshot snapshot) {
        Optional<NodeFilter> filter = switch (plugin.preFilter(pod, snapshot)) {
            case PreFilterResult.Skip skip -> Optional.empty();
            case PreFilterResult.Check check -> Optional.of(check.filter());
            case PreFilterResult.CheckOnly check -> Optional.of(check.filter());
            case PreFilterResult.Reject reject -> throw new AssertionError("rejected: " + reject);
        };
        Map<String, List<String>> answers = new TreeMap<>();
        for (NodeBlock block : snapshot.allBlocks()) {
            long passing =
                    filter.map(asked -> asked.filter(block, block.present())).orElse(block.present());
            for (int place = 0; place < NodeBlock.SIZE; place++) {
                if ((block.present() & 1L << place) != 0) {
                    int at = place;
                    boolean passes = (passing & 1L << place) != 0;
                    answers.put(
                            block.node(place).name(),
                            passes
                                    ? List.of()
                                    : filter.orElseThrow().explain(block, at).reasons());
                }
            }
        }
        return answers;
    }

    /** Node → normalised score; empty when the plugin has no opinion. */
    static Map<String, Long> score(ScorePlugin plugin, PodInfo pod, Snapshot snapshot) {
        var feasible = new FeasibleNodes(snapshot);
        feasible.reset(snapshot);
        for (int i = 0; i < snapshot.blocks(); i++) {
            feasible.add(i, snapshot.block(i).present());
        }
        Map<String, Long> answers = new TreeMap<>();
        Optional<NodeScorer> scorer = plugin.preScore(pod, snapshot, feasible);
        if (scorer.isPresent()) {
            long[] scores = new long[feasible.count()];
            int offset = 0;
            for (int part = 0; part < feasible.parts(); part++) {
                scorer.get().score(feasible.block(part), feasible.nodes(part), scores, offset);
                offset += Long.bitCount(feasible.nodes(part));
            }
            scorer.get().normalize(scores, offset);
            for (int i = 0; i < offset; i++) {
                answers.put(feasible.name(i), scores[i]);
            }
        }
        return answers;
    }
}
