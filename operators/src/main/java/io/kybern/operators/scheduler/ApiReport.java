package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports by events, and by the pod's condition {@code PodScheduled} when no node was found. */
final class ApiReport implements SchedulingReport {
    private static final Logger log = LoggerFactory.getLogger(ApiReport.class);

    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;

    ApiReport(KubernetesClient client, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void scheduled(PodInfo pod, String node) {
        events.record(new EventNote(
                reference(pod),
                Optional.empty(),
                EventNote.Type.Normal,
                "Scheduled",
                "Binding",
                "Successfully assigned " + pod.key() + " to " + node));
    }

    /** Records the event at once and writes the condition, if it says anything new, on a thread of its own. */
    @Override
    public void failed(PodInfo pod, Reason reason, String message) {
        events.record(new EventNote(
                reference(pod), Optional.empty(), EventNote.Type.Warning, "FailedScheduling", "Scheduling", message));
        condition(pod, reason, message)
                .ifPresent(condition ->
                        Thread.ofVirtual().name("unschedulable-" + pod.key()).start(() -> write(pod, condition)));
    }

    /** The condition to write; empty when the pod carries it already. */
    Optional<PodCondition> condition(PodInfo pod, Reason reason, String message) {
        boolean wasFalse =
                pod.scheduled().map(found -> "False".equals(found.getStatus())).orElse(false);
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        PodCondition condition = new PodConditionBuilder()
                .withType(PodInfo.POD_SCHEDULED)
                .withStatus("False")
                .withReason(reason.name())
                .withMessage(message)
                .withObservedGeneration(pod.generation() == 0 ? null : pod.generation())
                .withLastTransitionTime(
                        wasFalse
                                ? pod.scheduled()
                                        .map(PodCondition::getLastTransitionTime)
                                        .orElse(now)
                                : now)
                .build();
        return pod.scheduled().filter(condition::equals).isPresent() ? Optional.empty() : Optional.of(condition);
    }

    private void write(PodInfo pod, PodCondition condition) {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of(
                        "metadata", Map.of("uid", pod.key().uid()),
                        "status", Map.of("conditions", List.of(condition))));
        try {
            client.pods()
                    .inNamespace(pod.key().namespace())
                    .withName(pod.key().name())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch);
        } catch (KubernetesClientException e) {
            // Gone, made again (the uid conflicts) or the server is away: the next attempt tells again.
            log.debug("Condition of pod {} not written: {}", pod.key(), e.getMessage());
        }
    }

    private static ObjectReference reference(PodInfo pod) {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.key().namespace())
                .withName(pod.key().name())
                .withUid(pod.key().uid())
                .withResourceVersion(pod.resourceVersion())
                .build();
    }
}
