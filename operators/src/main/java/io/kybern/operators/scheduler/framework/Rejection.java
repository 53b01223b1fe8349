package io.kybern.operators.scheduler.framework;

import java.util.List;

/**
 * Why a plugin refuses a node, or a pod altogether.
 *
 * @param resolvable whether other pods leaving the node could change that
 * @param reasons for people; counted over all nodes in the message
 */
public record Rejection(String plugin, boolean resolvable, List<String> reasons) {
    public Rejection {
        reasons = List.copyOf(reasons);
    }

    public static Rejection resolvable(String plugin, String... reasons) {
        return new Rejection(plugin, true, List.of(reasons));
    }

    public static Rejection unresolvable(String plugin, String... reasons) {
        return new Rejection(plugin, false, List.of(reasons));
    }
}
