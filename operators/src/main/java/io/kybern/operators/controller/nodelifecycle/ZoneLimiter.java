package io.kybern.operators.controller.nodelifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.fabric8.kubernetes.api.model.Node;
import io.kybern.operators.controller.nodelifecycle.NodeHealth.Eviction;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How fast nodes may be emptied. Few silent nodes are broken; many are rather cut off by a broken network, and their pods
 * better stay. So each zone has its rate: normal; slow, or none in a small cluster, when the larger part of the zone is
 * silent; and none at all when every zone is silent altogether.
 */
public final class ZoneLimiter {
    /** Counting all nodes for each node would cost the square of their number. */
    private static final Duration COUNT_PERIOD = Duration.ofSeconds(5);

    private static final int MIN_SILENT = 3;

    /**
     * @param rate nodes a second in a healthy zone
     * @param secondaryRate in a zone that is partly down, of a large cluster
     * @param unhealthyThreshold which part is "partly"
     * @param largeCluster more nodes than this are a large cluster
     */
    public record Limits(double rate, double secondaryRate, double unhealthyThreshold, int largeCluster) {}

    private record Count(int ready, int silent) {
        Count plus(boolean isReady) {
            return isReady ? new Count(ready + 1, silent) : new Count(ready, silent + 1);
        }

        boolean isDown() {
            return ready == 0 && silent > 0;
        }
    }

    private final Limits limits;
    private final Supplier<Collection<Node>> nodes;

    @GuardedBy("this") private Map<String, Count> counts = Map.of();

    @GuardedBy("this") private Instant countedAt = Instant.MIN;

    /** When the next node of a zone may be emptied. */
    @GuardedBy("this") private final Map<String, Instant> next = new HashMap<>();

    ZoneLimiter(Limits limits, Supplier<Collection<Node>> nodes) {
        this.limits = limits;
        this.nodes = nodes;
    }

    /** Asks for leave to empty {@code node}; an {@link Eviction#ALLOWED} is used up. */
    synchronized Eviction ask(Node node, Instant now) {
        recount(now);
        if (counts.values().stream().allMatch(Count::isDown)) {
            return Eviction.NEVER;
        }
        double rate = rate(counts.getOrDefault(zone(node), new Count(0, 0)));
        Instant free = next.getOrDefault(zone(node), Instant.MIN);
        if (rate <= 0 || free.isAfter(now)) {
            return Eviction.LATER;
        }
        next.put(zone(node), now.plusMillis((long) (1000 / rate)));
        return Eviction.ALLOWED;
    }

    /** How things are, without asking for anything. */
    synchronized boolean everythingIsDown(Instant now) {
        recount(now);
        return !counts.isEmpty() && counts.values().stream().allMatch(Count::isDown);
    }

    private synchronized double rate(Count zone) {
        int all = zone.ready() + zone.silent();
        boolean partlyDown = !zone.isDown()
                && zone.silent() >= MIN_SILENT
                && (double) zone.silent() / all >= limits.unhealthyThreshold();
        if (!partlyDown) {
            return limits.rate();
        }
        int cluster = counts.values().stream()
                .mapToInt(count -> count.ready() + count.silent())
                .sum();
        return cluster > limits.largeCluster() ? limits.secondaryRate() : 0;
    }

    private synchronized void recount(Instant now) {
        if (countedAt.isAfter(Instant.MIN) && Duration.between(countedAt, now).compareTo(COUNT_PERIOD) < 0) {
            return;
        }
        countedAt = now;
        Map<String, Count> fresh = new HashMap<>();
        for (Node node : nodes.get()) {
            if (!isExcluded(node)) {
                fresh.merge(
                        zone(node),
                        new Count(0, 0).plus(NodeHealth.ready(node).equals("True")),
                        (sum, one) -> new Count(sum.ready() + one.ready(), sum.silent() + one.silent()));
            }
        }
        counts = fresh;
    }

    private static boolean isExcluded(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels != null && labels.containsKey("node.kubernetes.io/exclude-disruption");
    }

    private static String zone(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null
                ? ""
                : labels.getOrDefault("topology.kubernetes.io/region", "")
                        + '/'
                        + labels.getOrDefault("topology.kubernetes.io/zone", "");
    }
}
