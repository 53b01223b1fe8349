package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.plugin.DefaultProfile;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How many pods a second the algorithm places in a cluster of 5,000 nodes, with everything that is in memory: snapshot,
 * filters, scores, assuming. Time is that of the thread's cpu. {@code java … SchedulingThroughput [nodes] [pods a round] [percentage of nodes]}
 */
public final class SchedulingThroughput {
    private SchedulingThroughput() {}

    public static void main(String[] args) {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5000;
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 50_000;
        int percentage = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        List<PodInfo> work = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            work.add(Objects.podInfo(
                    "pod-" + i, Map.of("cpu", 50 + i % 7 * 10 + "m", "memory", 64 + i % 5 * 16 + "Mi")));
        }
        for (int round = 1; round <= 6; round++) {
            place(nodes, work, percentage, round);
        }
    }

    private static void place(int nodes, List<PodInfo> work, int percentage, int round) {
        ResourceNames names = Objects.NAMES;
        var cache = new NodeCache(names);
        for (int i = 0; i < nodes; i++) {
            cache.putNode(Objects.nodeInfo("node-" + i));
        }
        Profile profile = DefaultProfile.of(
                "default-scheduler", names, namespace -> Map.of(), VolumeClaims.NONE, new UnboundBinder());
        var algorithm =
                new SchedulingAlgorithm(profile, percentage, RandomGenerator.of("L64X128MixRandom"), cache.snapshot());
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        long start = cpu.getCurrentThreadCpuTime();
        int placed = 0;
        for (PodInfo pod : work) {
            if (algorithm.decide(pod, cache.snapshot()) instanceof Decision.Chosen chosen) {
                cache.assume(pod, chosen.node());
                placed++;
            }
        }
        double seconds = (cpu.getCurrentThreadCpuTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "round %d: %,d of %,d pods on %,d nodes in %.3f s: %,.0f pods/s, %.1f µs a pod%n",
                round,
                placed,
                work.size(),
                nodes,
                seconds,
                work.size() / seconds,
                seconds / work.size() * 1e6);
    }
}
