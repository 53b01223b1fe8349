package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.NodeBlock;
import java.util.List;
import java.util.Optional;

/** All filters that have something to ask for one pod, in the profile's order. */
public record PodFilters(List<NodeFilter> filters) {
    /** Those of the candidates that pass all filters. */
    public long filter(NodeBlock block, long candidates) {
        long left = candidates;
        for (int i = 0; i < filters.size() && left != 0; i++) {
            left = filters.get(i).filter(block, left);
        }
        return left;
    }

    /** What the first filter that refuses the node at {@code place} says; empty when it passes. */
    public Optional<Rejection> explain(NodeBlock block, int place) {
        for (NodeFilter filter : filters) {
            if (filter.filter(block, 1L << place) == 0) {
                return Optional.of(filter.explain(block, place));
            }
        }
        return Optional.empty();
    }
}
