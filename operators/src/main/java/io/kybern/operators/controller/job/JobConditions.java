package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the conditions of a Job say. */
final class JobConditions {
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";
    static final String SUSPENDED = "Suspended";
    /** It will have failed, or succeeded, when the last of its pods has ended. */
    static final String FAILURE_TARGET = "FailureTarget";

    static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";

    private JobConditions() {}

    static List<JobCondition> of(Job job) {
        return job.getStatus() == null || job.getStatus().getConditions() == null
                ? List.of()
                : job.getStatus().getConditions();
    }

    static Optional<JobCondition> find(List<JobCondition> conditions, String type) {
        return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
    }

    static boolean is(List<JobCondition> conditions, String type) {
        return find(conditions, type).filter(c -> c.getStatus().equals("True")).isPresent();
    }

    static boolean isFinished(Job job) {
        return is(of(job), COMPLETE) || is(of(job), FAILED);
    }

    /** The conditions with one that says something; unchanged if it did before. */
    static List<JobCondition> with(
            List<JobCondition> conditions, String type, boolean status, String reason, String message, Instant now) {
        String text = status ? "True" : "False";
        Optional<JobCondition> before = find(conditions, type);
        boolean same = before.filter(c -> c.getStatus().equals(text)
                        && reason.equals(c.getReason())
                        && message.equals(c.getMessage() == null ? "" : c.getMessage()))
                .isPresent();
        if (same || before.isEmpty() && !status) {
            return conditions;
        }
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        JobCondition condition = new JobConditionBuilder()
                .withType(type)
                .withStatus(text)
                .withReason(reason.isEmpty() ? null : reason)
                .withMessage(message.isEmpty() ? null : message)
                .withLastProbeTime(time)
                .withLastTransitionTime(before.filter(c -> c.getStatus().equals(text))
                        .map(JobCondition::getLastTransitionTime)
                        .orElse(time))
                .build();
        List<JobCondition> out = new ArrayList<>(conditions);
        out.removeIf(c -> c.getType().equals(type));
        out.add(condition);
        return out;
    }
}
