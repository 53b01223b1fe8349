package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Set;

/**
 * Which events may turn a plugin's refusal of a pod into consent (KEP-4247). Without a hint a refused pod waits for
 * its own change or five minutes, so a plugin that can refuse must implement this.
 */
public interface QueueingHints extends Plugin {
    /** The kinds that can matter at all; {@link #mayHelp} is asked for no others. */
    Set<ClusterEvent.Kind> events();

    /** Whether the event may help {@code pod}, which this plugin refused. In doubt yes: a pod tried in vain costs little. */
    boolean mayHelp(ClusterEvent event, PodInfo pod);
}
