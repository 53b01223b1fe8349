package io.kybern.operators.scheduler.framework;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why a pod fits nowhere.
 *
 * @param nodes how many nodes there are
 * @param preFilter what ended the cycle before any node was looked at
 * @param rejections node → why not
 * @param absent the reason of nodes that were not looked at, when some were not
 * @param plugins the names of the plugins that refused something; only events they hint at can help the pod
 */
public record Diagnosis(
        int nodes,
        Optional<Rejection> preFilter,
        Map<String, Rejection> rejections,
        Optional<String> absent,
        Set<String> plugins) {

    /**
     * The sentence that pods and events carry: {@code 0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were
     * unschedulable. preemption: …}
     *
     * @param postFilter what came of making room; may be empty
     */
    public String message(String postFilter) {
        var message = new StringBuilder("0/").append(nodes).append(" nodes are available:");
        if (preFilter.isPresent()) {
            message.append(' ')
                    .append(String.join(", ", preFilter.get().reasons()))
                    .append('.');
        } else {
            String counted = countedReasons(rejections.values(), nodes, absent);
            if (!counted.isEmpty()) {
                message.append(' ').append(counted).append('.');
            }
        }
        if (!postFilter.isEmpty()) {
            message.append(' ').append(postFilter);
        }
        return message.toString();
    }

    /** Each reason with the number of nodes that gave it, in alphabetical order of the whole. */
    private static String countedReasons(Collection<Rejection> rejections, int nodes, Optional<String> absent) {
        Map<String, Integer> counts = new HashMap<>();
        for (Rejection rejection : rejections) {
            for (String reason : rejection.reasons()) {
                counts.merge(reason, 1, Integer::sum);
            }
        }
        if (absent.isPresent() && rejections.size() < nodes) {
            counts.merge(absent.get(), nodes - rejections.size(), Integer::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** The nodes where other pods leaving could help. */
    public List<String> resolvableNodes() {
        return rejections.entrySet().stream()
                .filter(entry -> entry.getValue().resolvable())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A diagnosis that is about nodes only. */
    public static Diagnosis ofNodes(int nodes, Map<String, Rejection> rejections, String absent) {
        return new Diagnosis(nodes, Optional.empty(), new LinkedHashMap<>(rejections), Optional.of(absent), Set.of());
    }
}
