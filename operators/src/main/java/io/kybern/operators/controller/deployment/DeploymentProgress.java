package io.kybern.operators.controller.deployment;

import static io.kybern.operators.controller.deployment.Rollout.orElse;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a rollout is doing: the Deployment's status, and the revision that it shows. Pure. */
final class DeploymentProgress {
    private static final String PROGRESSING = "Progressing";
    private static final String AVAILABLE_REASON = "NewReplicaSetAvailable";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";
    private static final String PAUSED = "DeploymentPaused";

    private DeploymentProgress() {}

    /** What happened to the current ReplicaSet in this round. */
    sealed interface Outcome {
        record Nothing() implements Outcome {}

        record Created(String name) implements Outcome {}

        record CreateFailed(String name, String message) implements Outcome {}

        record Collided() implements Outcome {}
    }

    /** The Deployment with the annotations and status that it should have. */
    static Deployment updated(Rollout rollout, Outcome outcome, Instant now) {
        Deployment deployment = rollout.deployment();
        DeploymentStatus before = before(deployment);
        Conditions conditions = new Conditions(before.getConditions(), now);
        DeploymentStatus counted = counts(rollout, before, outcome);
        boolean available = orElse(counted.getAvailableReplicas(), 0) >= rollout.replicas() - rollout.maxUnavailable();
        conditions.set(
                "Available",
                available ? "True" : "False",
                available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.");
        if (rollout.progressDeadlineSeconds().isEmpty()) {
            conditions.remove(PROGRESSING);
        } else if (!PodState.isDeleting(deployment)) {
            progress(rollout, counted, outcome, conditions, now);
        }
        failures(rollout).ifPresentOrElse(conditions::set, () -> conditions.remove("ReplicaFailure"));
        counted.setConditions(conditions.list());
        return new DeploymentBuilder(deployment)
                .editMetadata()
                .withAnnotations(annotations(rollout))
                .endMetadata()
                .withStatus(counted)
                .build();
    }

    private static DeploymentStatus before(Deployment deployment) {
        return deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
    }

    private static DeploymentStatus counts(Rollout rollout, DeploymentStatus before, Outcome outcome) {
        int available = rollout.totalAvailable();
        Integer collisions = before.getCollisionCount();
        if (outcome instanceof Outcome.Collided) {
            collisions = orElse(collisions, 0) + 1;
        }
        return new DeploymentStatusBuilder()
                .withObservedGeneration(rollout.deployment().getMetadata().getGeneration())
                .withReplicas(positive(rollout.all().mapToInt(Rollout::actual).sum()))
                .withUpdatedReplicas(
                        positive(rollout.current().map(Rollout::actual).orElse(0)))
                .withReadyReplicas(
                        positive(rollout.all().mapToInt(Rollout::ready).sum()))
                .withAvailableReplicas(positive(available))
                .withUnavailableReplicas(positive(rollout.totalSize() - available))
                .withTerminatingReplicas(terminating(rollout))
                .withCollisionCount(collisions)
                .build();
    }

    /** Zero is left out on the wire. */
    private static @Nullable Integer positive(int count) {
        return count <= 0 ? null : count;
    }

    /** Unknown as long as one of the ReplicaSets has been counted by somebody who does not count these. */
    private static @Nullable Integer terminating(Rollout rollout) {
        int sum = 0;
        for (ReplicaSet replicaSet : rollout.all().toList()) {
            var status = replicaSet.getStatus();
            Integer count = status == null ? null : status.getTerminatingReplicas();
            if (count != null) {
                sum += count;
            } else if (status != null
                    && status.getObservedGeneration() != null
                    && status.getObservedGeneration() != 0) {
                return null;
            }
        }
        return sum;
    }

    private static Map<String, String> annotations(Rollout rollout) {
        Map<String, String> annotations = new HashMap<>(Revision.annotations(rollout.deployment()));
        rollout.current()
                .map(current -> Revision.annotations(current).get(Revision.REVISION))
                .ifPresent(revision -> annotations.put(Revision.REVISION, revision));
        return annotations;
    }

    private static void progress(
            Rollout rollout, DeploymentStatus counted, Outcome outcome, Conditions conditions, Instant now) {
        Optional<DeploymentCondition> before = conditions.get(PROGRESSING);
        String reason = before.map(DeploymentCondition::getReason).orElse("");
        if (rollout.isPaused()) {
            if (!reason.equals(TIMED_OUT) && !reason.equals(PAUSED)) {
                conditions.set(PROGRESSING, "Unknown", PAUSED, "Deployment is paused");
            }
            return;
        }
        switch (outcome) {
            case Outcome.Created created ->
                conditions.set(
                        PROGRESSING,
                        "True",
                        "NewReplicaSetCreated",
                        "Created new replica set \"" + created.name() + '"');
            case Outcome.CreateFailed failed ->
                conditions.set(
                        PROGRESSING,
                        "False",
                        "ReplicaSetCreateError",
                        "Failed to create new replica set \"" + failed.name() + "\": " + failed.message());
            case Outcome.Nothing nothing -> estimate(rollout, counted, conditions, reason, now);
            case Outcome.Collided collided -> {}
        }
    }

    private static void estimate(
            Rollout rollout, DeploymentStatus counted, Conditions conditions, String reason, Instant now) {
        if (reason.equals(PAUSED)) {
            conditions.set(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed");
        } else if (reason.isEmpty() && rollout.current().isPresent()) {
            String name = rollout.current().get().getMetadata().getName();
            conditions.set(PROGRESSING, "True", "FoundNewReplicaSet", "Found new replica set \"" + name + '"');
        }
        boolean finished = reason.equals(AVAILABLE_REASON)
                && orElse(counted.getReplicas(), 0) == orElse(counted.getUpdatedReplicas(), 0);
        if (finished) {
            return;
        }
        String subject = rollout.current()
                .map(current -> "ReplicaSet \"" + current.getMetadata().getName() + '"')
                .orElse("Deployment \"" + rollout.deployment().getMetadata().getName() + '"');
        if (isComplete(rollout, counted)) {
            conditions.set(PROGRESSING, "True", AVAILABLE_REASON, subject + " has successfully progressed.");
        } else if (hasProgressed(before(rollout.deployment()), counted)) {
            conditions.renew(PROGRESSING, "True", "ReplicaSetUpdated", subject + " is progressing.");
        } else if (isTimedOut(rollout, conditions, now)) {
            conditions.set(PROGRESSING, "False", TIMED_OUT, subject + " has timed out progressing.");
        }
    }

    static boolean isComplete(Rollout rollout, DeploymentStatus status) {
        int wanted = rollout.replicas();
        Long observed = status.getObservedGeneration();
        Long generation = rollout.deployment().getMetadata().getGeneration();
        return orElse(status.getUpdatedReplicas(), 0) == wanted
                && orElse(status.getReplicas(), 0) == wanted
                && orElse(status.getAvailableReplicas(), 0) == wanted
                && (generation == null || (observed != null && observed >= generation));
    }

    private static boolean hasProgressed(DeploymentStatus before, DeploymentStatus after) {
        int oldBefore = orElse(before.getReplicas(), 0) - orElse(before.getUpdatedReplicas(), 0);
        int oldAfter = orElse(after.getReplicas(), 0) - orElse(after.getUpdatedReplicas(), 0);
        return orElse(after.getUpdatedReplicas(), 0) > orElse(before.getUpdatedReplicas(), 0)
                || oldAfter < oldBefore
                || orElse(after.getReadyReplicas(), 0) > orElse(before.getReadyReplicas(), 0)
                || orElse(after.getAvailableReplicas(), 0) > orElse(before.getAvailableReplicas(), 0);
    }

    private static boolean isTimedOut(Rollout rollout, Conditions conditions, Instant now) {
        return conditions
                .get(PROGRESSING)
                .filter(condition -> !condition.getReason().equals(AVAILABLE_REASON))
                .filter(condition -> condition.getReason().equals(TIMED_OUT)
                        || untilTimeout(rollout, condition, now).isNegative())
                .isPresent();
    }

    private static Duration untilTimeout(Rollout rollout, DeploymentCondition condition, Instant now) {
        return Duration.between(
                now,
                Instant.parse(condition.getLastUpdateTime())
                        .plusSeconds(rollout.progressDeadlineSeconds().orElse(0)));
    }

    /** The failure of the current ReplicaSet, else of any. */
    private static Optional<DeploymentCondition> failures(Rollout rollout) {
        return Stream.concat(rollout.current().stream(), rollout.old().stream())
                .filter(replicaSet -> replicaSet.getStatus() != null)
                .flatMap(replicaSet -> replicaSet.getStatus().getConditions().stream())
                .filter(condition -> condition.getType().equals("ReplicaFailure"))
                .findFirst()
                .map(condition -> new DeploymentConditionBuilder()
                        .withType(condition.getType())
                        .withStatus(condition.getStatus())
                        .withReason(condition.getReason())
                        .withMessage(condition.getMessage())
                        .withLastTransitionTime(condition.getLastTransitionTime())
                        .withLastUpdateTime(condition.getLastTransitionTime())
                        .build());
    }

    /** A rollout that stands still is looked at when its deadline is over. */
    static Requeue nextLook(Rollout rollout, Deployment updated, Instant now) {
        DeploymentStatus status = updated.getStatus();
        if (rollout.progressDeadlineSeconds().isEmpty() || rollout.isPaused() || isComplete(rollout, status)) {
            return Requeue.none();
        }
        return status.getConditions().stream()
                .filter(condition -> condition.getType().equals(PROGRESSING))
                .filter(condition -> !condition.getReason().equals(TIMED_OUT))
                .findFirst()
                .map(condition ->
                        untilTimeout(rollout, condition, now).plusSeconds(1).truncatedTo(ChronoUnit.MILLIS))
                .map(delay -> Requeue.after(delay.isNegative() ? Duration.ofSeconds(1) : delay))
                .orElse(Requeue.none());
    }
}
