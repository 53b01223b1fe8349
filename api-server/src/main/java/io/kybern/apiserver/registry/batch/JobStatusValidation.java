package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Updates of the status of a job, which controllers other than the built-in one may write. A rule about something that
 * did not change does not complain. Source: {@code ValidateJobUpdateStatus}, KEP-4368.
 */
final class JobStatusValidation {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath CONDITIONS = STATUS.child("conditions");

    private final ObjectNode updated;
    private final ObjectNode existing;
    private final JsonNode status;
    private final JsonNode old;
    private final FieldErrors errors;
    private final boolean complete;
    private final boolean failed;
    private final boolean met;
    private final boolean target;

    private JobStatusValidation(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        this.updated = updated;
        this.existing = existing;
        this.status = updated.path("status");
        this.old = existing.path("status");
        this.errors = errors;
        this.complete = is(updated, "Complete");
        this.failed = is(updated, "Failed");
        this.met = is(updated, "SuccessCriteriaMet");
        this.target = is(updated, "FailureTarget");
    }

    static void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JobStatusValidation validation = new JobStatusValidation(updated, existing, errors);
        validation.counts();
        validation.terminalConditions();
        validation.finished();
        validation.indexes();
        validation.successCriteria();
        validation.changes();
    }

    /** Whether a condition of a job is true. */
    static boolean is(JsonNode job, String type) {
        return JobStrategy.conditions(job).stream()
                .anyMatch(c -> text(c, "type").equals(type) && text(c, "status").equals("True"));
    }

    private static boolean isFinished(JsonNode job) {
        return is(job, "Complete") || is(job, "Failed");
    }

    private boolean changed(String field) {
        return !same(status.path(field), old.path(field));
    }

    private boolean turned(String condition) {
        return is(updated, condition) != is(existing, condition);
    }

    private void omitting(FieldPath path, String detail) {
        errors.add(FieldError.Type.INVALID, path, "Invalid value: " + detail);
    }

    private void counts() {
        WorkloadSpec.nonNegative(status, STATUS, errors, "active", "succeeded", "failed", "ready", "terminating");
        Set<String> seen = new HashSet<>();
        for (String list : List.of("succeeded", "failed")) {
            List<String> uids = texts(at(status, "uncountedTerminatedPods", list));
            for (int i = 0; i < uids.size(); i++) {
                FieldPath path =
                        STATUS.child("uncountedTerminatedPods").child(list).index(i);
                if (uids.get(i).isEmpty()) {
                    errors.invalid(path, "", "must not be empty");
                } else if (!seen.add(uids.get(i))) {
                    errors.duplicate(path, uids.get(i));
                }
            }
        }
    }

    private void terminalConditions() {
        if ((turned("Complete") || turned("Failed")) && complete && failed) {
            omitting(CONDITIONS, "cannot set Complete=True and Failed=true conditions");
        }
        if ((turned("Complete") || turned("FailureTarget")) && complete && target) {
            omitting(CONDITIONS, "cannot set Complete=True and FailureTarget=true conditions");
        }
        String completion = text(status, "completionTime");
        String start = text(status, "startTime");
        FieldPath completionPath = STATUS.child("completionTime");
        if (turned("Complete") || changed("completionTime")) {
            if (!completion.isEmpty() && !complete) {
                errors.invalid(
                        completionPath,
                        completion,
                        "cannot set completionTime when there is no Complete=True condition");
            }
            if (completion.isEmpty() && complete) {
                errors.required(completionPath, "completionTime is required for Complete jobs");
            }
        }
        if ((changed("startTime") || changed("completionTime"))
                && !start.isEmpty()
                && !completion.isEmpty()
                && completion.compareTo(start) < 0) {
            errors.invalid(completionPath, completion, "must be equal to or after `startTime`");
        }
        if ((turned("Failed") || changed("failedIndexes")) && failed && !target) {
            omitting(CONDITIONS, "cannot set Failed=True condition without the FailureTarget=true condition");
        }
        if ((turned("Complete") || turned("SuccessCriteriaMet")) && complete && !met) {
            omitting(CONDITIONS, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        }
    }

    private void finished() {
        boolean finished = complete || failed;
        boolean finishedNow = isFinished(updated) != isFinished(existing);
        if ((finishedNow || changed("active")) && finished && number(status, "active") > 0) {
            errors.invalid(STATUS.child("active"), number(status, "active"), "active>0 is invalid for finished job");
        }
        boolean nothingToDo = flag(updated, "spec", "suspend")
                && has(updated, "spec", "completions")
                && number(updated, "spec", "completions") == 0;
        if ((finishedNow || changed("startTime")) && !nothingToDo && finished && !status.has("startTime")) {
            errors.required(STATUS.child("startTime"), "startTime is required for finished job");
        }
        JsonNode uncounted = status.path("uncountedTerminatedPods");
        if ((finishedNow || changed("uncountedTerminatedPods"))
                && finished
                && uncounted.path("failed").size() + uncounted.path("succeeded").size() > 0) {
            errors.invalid(STATUS.child("uncountedTerminatedPods"), uncounted, "must be empty for finished job");
        }
        if ((finishedNow || changed("terminating")) && finished && number(status, "terminating") > 0) {
            errors.invalid(
                    STATUS.child("terminating"),
                    number(status, "terminating"),
                    "terminating>0 is invalid for finished job");
        }
        if ((changed("ready") || changed("active")) && number(status, "ready") > number(status, "active")) {
            errors.invalid(STATUS.child("ready"), number(status, "ready"), "cannot set more ready pods than active");
        }
    }

    private void indexes() {
        long completions = number(updated, "spec", "completions");
        boolean counted = has(updated, "spec", "completions");
        String completed = text(status, "completedIndexes");
        if (changed("completedIndexes")) {
            if (counted) {
                parse("completedIndexes", completed, completions);
            }
            if (!completed.isEmpty() && !text(updated, "spec", "completionMode").equals("Indexed")) {
                errors.invalid(
                        STATUS.child("completedIndexes"),
                        completed,
                        "cannot set non-empty completedIndexes when non-indexed completion mode");
            }
        }
        if (changed("failedIndexes") && status.has("failedIndexes")) {
            String indexes = text(status, "failedIndexes");
            boolean limited = has(updated, "spec", "backoffLimitPerIndex");
            if (counted && limited) {
                parse("failedIndexes", indexes, completions);
            }
            if (!limited) {
                errors.invalid(
                        STATUS.child("failedIndexes"),
                        indexes,
                        "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
            }
        }
        if (counted && status.has("failedIndexes") && (changed("failedIndexes") || changed("completedIndexes"))) {
            overlap(completed, text(status, "failedIndexes"), completions);
        }
    }

    private void parse(String field, String indexes, long completions) {
        try {
            IndexSet.parse(indexes, completions);
        } catch (IllegalArgumentException e) {
            errors.invalid(STATUS.child(field), indexes, "error parsing " + field + ": " + e.getMessage());
        }
    }

    private void overlap(String completed, String failedIndexes, long completions) {
        try {
            for (IndexSet.Interval a : IndexSet.parse(completed, completions).intervals()) {
                for (IndexSet.Interval b :
                        IndexSet.parse(failedIndexes, completions).intervals()) {
                    if (a.first() <= b.last() && b.first() <= a.last()) {
                        errors.invalid(
                                STATUS.child("failedIndexes"),
                                failedIndexes,
                                "failedIndexes and completedIndexes overlap at index: "
                                        + Math.max(a.first(), b.first()));
                        return;
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            // another rule complains about indexes that can't be read
        }
    }

    private void successCriteria() {
        if (met && failed) {
            omitting(CONDITIONS, "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        }
        if (met && target) {
            omitting(CONDITIONS, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        }
        if (has(updated, "spec", "successPolicy") && !met && complete) {
            omitting(CONDITIONS, "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
        }
    }

    private void changes() {
        for (String condition : List.of("Failed", "Complete", "FailureTarget")) {
            if (is(existing, condition) && !is(updated, condition)) {
                omitting(CONDITIONS, "cannot disable the terminal " + condition + "=True condition");
            }
        }
        decreasing("failed");
        boolean elastic = text(updated, "spec", "completionMode").equals("Indexed")
                && same(at(updated, "spec", "completions"), at(updated, "spec", "parallelism"));
        if (!elastic) {
            decreasing("succeeded");
        }
        if (status.has("completionTime") && old.has("completionTime") && changed("completionTime")) {
            errors.invalid(STATUS.child("completionTime"), status.path("completionTime"), "field is immutable");
        }
        boolean resuming = is(existing, "Suspended")
                && JobStrategy.conditions(updated).stream()
                        .anyMatch(c -> text(c, "type").equals("Suspended")
                                && text(c, "status").equals("False"));
        if (changed("startTime") && !resuming && old.has("startTime") && !flag(updated, "spec", "suspend")) {
            errors.invalid(
                    STATUS.child("startTime"),
                    status.path("startTime"),
                    "field is immutable for unsuspended job once set");
        }
        if (is(existing, "SuccessCriteriaMet") && !met) {
            omitting(CONDITIONS, "cannot disable the SuccessCriteriaMet=True condition");
        }
        if (is(existing, "Complete") && !is(existing, "SuccessCriteriaMet") && met) {
            omitting(CONDITIONS, "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
        }
    }

    private void decreasing(String counter) {
        if (number(status, counter) < number(old, counter)) {
            errors.invalid(
                    STATUS.child(counter), number(status, counter), "cannot decrease the " + counter + " counter");
        }
    }
}
