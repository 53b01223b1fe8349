package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.FeasibleNodes;
import io.kybern.operators.scheduler.framework.NodeScorer;
import io.kybern.operators.scheduler.framework.ScorePlugin;
import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import java.util.Optional;

/**
 * Prefers nodes where the pod brings the used shares of cpu and memory closer to each other. With balance = 100 less
 * half their distance, the score is 50 and half of (50 + balance with the pod − balance without): about 75 when it makes
 * no difference.
 */
public final class NodeResourcesBalancedAllocation implements ScorePlugin {
    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    /** Pods that request neither are left out, or they would all gather on one node. */
    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible) {
        long cpu = pod.requests().amountOf(ResourceNames.CPU);
        long memory = pod.requests().amountOf(ResourceNames.MEMORY);
        return cpu == 0 && memory == 0 ? Optional.empty() : Optional.of(new Balance(cpu, memory));
    }

    private record Balance(long cpu, long memory) implements NodeScorer {
        @Override
        public void score(NodeBlock block, long nodes, long[] scores, int offset) {
            int at = offset;
            for (long left = nodes; left != 0; left &= left - 1) {
                int place = Long.numberOfTrailingZeros(left);
                long cpus = block.allocatable(ResourceNames.CPU, place);
                long bytes = block.allocatable(ResourceNames.MEMORY, place);
                long usedCpu = cpus - block.free(ResourceNames.CPU, place);
                long usedMemory = bytes - block.free(ResourceNames.MEMORY, place);
                long with = balance(usedCpu + cpu, cpus, usedMemory + memory, bytes);
                long without = balance(usedCpu, cpus, usedMemory, bytes);
                scores[at++] = MAX_SCORE / 2 + (MAX_SCORE / 2 + with - without) / 2;
            }
        }

        private static long balance(long usedCpu, long cpus, long usedMemory, long bytes) {
            if (cpus == 0 || bytes == 0) {
                return MAX_SCORE;
            }
            double distance = Math.abs((share(usedCpu, cpus) - share(usedMemory, bytes)) / 2);
            return (long) ((1 - distance) * MAX_SCORE);
        }

        private static double share(long used, long capacity) {
            return Math.min(1.0, (double) used / capacity);
        }
    }
}
