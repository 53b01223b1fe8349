package io.kybern.node.pod;

import io.kybern.node.client.EventSink;
import io.kybern.node.client.PodApi;
import io.kybern.node.runtime.ContainerRuntime;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all pods of a node share.
 *
 * @param addresses the node's own, first the primary one
 * @param timers only wakes workers up; nothing blocks on it
 */
public record PodContext(
        ContainerRuntime runtime,
        ContainerPreparation preparation,
        Probing.Factory probing,
        PodApi api,
        EventSink events,
        List<String> addresses,
        ScheduledExecutorService timers,
        InstantSource clock) {
    public PodContext {
        addresses = List.copyOf(addresses);
    }
}
