package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** What a pod's status means. */
public final class PodState {
    private PodState() {}

    /** Pending where the pod says nothing yet. */
    public static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    /** Succeeded or failed: it will not run again. */
    public static boolean isTerminal(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean isDeleting(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    /** Counts as a replica. */
    public static boolean isActive(Pod pod) {
        return !isTerminal(pod) && !isDeleting(pod);
    }

    public static Optional<PodCondition> condition(Pod pod, String type) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    public static boolean isReady(Pod pod) {
        return condition(pod, "Ready")
                .filter(ready -> "True".equals(ready.getStatus()))
                .isPresent();
    }

    /** Since when it is ready; the epoch where it does not say. */
    public static Optional<Instant> readySince(Pod pod) {
        return condition(pod, "Ready")
                .filter(ready -> "True".equals(ready.getStatus()))
                .map(ready -> ready.getLastTransitionTime() == null
                        ? Instant.EPOCH
                        : Instant.parse(ready.getLastTransitionTime()));
    }

    /** Ready for {@code minReadySeconds} at {@code now}. */
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        return readySince(pod)
                .filter(since -> minReadySeconds == 0
                        || (!since.equals(Instant.EPOCH)
                                && !since.plusSeconds(minReadySeconds).isAfter(now)))
                .isPresent();
    }

    /** How long until the next of the ready pods becomes available. */
    public static Optional<Duration> untilNextAvailable(Collection<Pod> pods, int minReadySeconds, Instant now) {
        return pods.stream()
                .flatMap(pod -> readySince(pod).stream())
                .map(since -> Duration.between(now, since.plusSeconds(minReadySeconds)))
                .filter(Duration::isPositive)
                .min(Duration::compareTo);
    }

    public static String nodeName(Pod pod) {
        return pod.getSpec() == null || pod.getSpec().getNodeName() == null
                ? ""
                : pod.getSpec().getNodeName();
    }

    public static Instant createdAt(HasMetadata object) {
        String time = object.getMetadata().getCreationTimestamp();
        return time == null ? Instant.EPOCH : Instant.parse(time);
    }
}
