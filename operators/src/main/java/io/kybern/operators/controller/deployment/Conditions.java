package io.kybern.operators.controller.deployment;

import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a Deployment while its new status is made. One thread. */
final class Conditions {
    private final List<DeploymentCondition> conditions;
    private final String now;

    Conditions(List<DeploymentCondition> before, Instant now) {
        this.conditions = new ArrayList<>(before);
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    Optional<DeploymentCondition> get(String type) {
        return conditions.stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    /** Changes a condition if its status or reason is new; the time of transition only with the status. */
    void set(String type, String status, String reason, String message) {
        set(new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(now)
                .withLastTransitionTime(now)
                .build());
    }

    void set(DeploymentCondition condition) {
        boolean same = get(condition.getType())
                .filter(before -> before.getStatus().equals(condition.getStatus())
                        && before.getReason().equals(condition.getReason()))
                .isPresent();
        if (!same) {
            replace(condition);
        }
    }

    /** Changes a condition in any case, which renews its time of update. */
    void renew(String type, String status, String reason, String message) {
        replace(new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(now)
                .withLastTransitionTime(now)
                .build());
    }

    private void replace(DeploymentCondition condition) {
        get(condition.getType())
                .filter(before -> before.getStatus().equals(condition.getStatus()))
                .ifPresent(before -> condition.setLastTransitionTime(before.getLastTransitionTime()));
        remove(condition.getType());
        conditions.add(condition);
    }

    void remove(String type) {
        conditions.removeIf(condition -> condition.getType().equals(type));
    }

    List<DeploymentCondition> list() {
        return conditions;
    }
}
