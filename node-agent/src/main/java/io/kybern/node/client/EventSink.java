package io.kybern.node.client;

import io.fabric8.kubernetes.api.model.Pod;

/** Where pods' events go. Never blocks, never fails: an event is a courtesy. */
@FunctionalInterface
public interface EventSink {
    EventSink NONE = (pod, event) -> {};

    void send(Pod pod, PodEvent event);

    /**
     * @param container whose event it is, empty for the pod's own
     * @param reason upstream's word: Pulled, Created, Started, Killing, BackOff, Unhealthy, Failed, …
     */
    record PodEvent(boolean warning, String container, String reason, String message) {
        public static PodEvent normal(String container, String reason, String message) {
            return new PodEvent(false, container, reason, message);
        }

        public static PodEvent warning(String container, String reason, String message) {
            return new PodEvent(true, container, reason, message);
        }
    }
}
