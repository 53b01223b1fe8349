package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.FeasibleNodes;
import io.kybern.operators.scheduler.framework.NodeScorer;
import io.kybern.operators.scheduler.framework.ScorePlugin;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.List;
import java.util.Optional;

/**
 * Prefers nodes that hold the pod's images already. The size of an image counts the more, the more nodes have it, so
 * that a rare image doesn't draw all its pods to one node.
 */
public final class ImageLocality implements ScorePlugin {
    private static final long MEBIBYTE = 1024 * 1024;
    /** Below this sum images don't matter; upstream's figure. */
    private static final long MIN = 23 * MEBIBYTE;
    /** Above this for each container more doesn't matter; upstream's figure. */
    private static final long MAX_PER_CONTAINER = 1000 * MEBIBYTE;

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        List<SpreadImage> images = pod.images().stream()
                .filter(image -> snapshot.nodesWithImage(image) > 0)
                .map(image -> new SpreadImage(image, (double) snapshot.nodesWithImage(image) / snapshot.size()))
                .toList();
        return images.isEmpty() ? Optional.empty() : Optional.of(new Present(images, pod.containers()));
    }

    /** @param spread the share of nodes that have it */
    private record SpreadImage(String name, double spread) {}

    private record Present(List<SpreadImage> images, int containers) implements NodeScorer {
        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            long max = MAX_PER_CONTAINER * containers;
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                long sum = Math.clamp(present(block.node(Long.numberOfTrailingZeros(left))), MIN, max);
                scores[at++] = MAX_SCORE * (sum - MIN) / (max - MIN);
            }
        }

        private long present(NodeInfo node) {
            long sum = 0;
            for (SpreadImage image : images) {
                Long size = node.images().get(image.name());
                sum += size == null ? 0 : (long) (size * image.spread());
            }
            return sum;
        }
    }
}
