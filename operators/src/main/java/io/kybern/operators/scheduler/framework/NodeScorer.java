package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.NodeBlock;

/** A plugin's opinion of nodes for one pod. */
public interface NodeScorer {
    /**
     * Writes one score for each of {@code nodes}, in ascending order of place.
     *
     * @param nodes places of {@code block}, one bit each
     * @param scores where to
     * @param offset where the first goes
     */
    void score(NodeBlock block, long nodes, long[] scores, int offset);

    /** Brings the scores of all feasible nodes, the first {@code count}, into the range 0 to 100. */
    default void normalize(long[] scores, int count) {}

    /** Scales scores of zero or more so that the highest becomes 100. */
    static void scaleToMax(long[] scores, int count) {
        long max = max(scores, count);
        for (int i = 0; max > 0 && i < count; i++) {
            scores[i] = ScorePlugin.MAX_SCORE * scores[i] / max;
        }
    }

    /** As {@link #scaleToMax}, but the lowest is the best. */
    static void scaleToMaxReversed(long[] scores, int count) {
        long max = max(scores, count);
        for (int i = 0; i < count; i++) {
            scores[i] =
                    max == 0 ? ScorePlugin.MAX_SCORE : ScorePlugin.MAX_SCORE - ScorePlugin.MAX_SCORE * scores[i] / max;
        }
    }

    private static long max(long[] scores, int count) {
        long max = 0;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, scores[i]);
        }
        return max;
    }
}
