package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.DisabledFields;
import io.kybern.apiserver.registry.podspec.PodWarnings;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Jobs. Source: {@code pkg/registry/batch/job/strategy.go}. */
public final class JobStrategy implements Strategy {
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Status", 0, JobStrategy::status),
            Columns.string("Completions", 0, JobStrategy::completions),
            Columns.string("Duration", 0, JobStrategy::duration),
            Columns.AGE,
            WorkloadColumns.containers("spec", "template", "spec"),
            WorkloadColumns.images("spec", "template", "spec"),
            WorkloadColumns.selector("spec", "selector"));

    @Override
    public void applyDefaults(ObjectNode job) {
        JobDefaults.spec(object(job, "spec"));
        copyLabels(job);
    }

    /** A job without labels gets those of its pods. */
    private static void copyLabels(ObjectNode job) {
        JsonNode labels = at(job, "spec", "template", "metadata", "labels");
        ObjectNode metadata = object(job, "metadata");
        if (!labels.isEmpty() && metadata.path("labels").isEmpty()) {
            metadata.set("labels", labels.deepCopy());
        }
    }

    @Override
    public void prepareForCreate(ObjectNode job, RequestContext context) {
        ObjectNode spec = object(job, "spec");
        if (!spec.path("manualSelector").asBoolean(false)) {
            generateSelector(job, spec);
        }
        job.remove("status");
        DisabledFields.drop(at(job, "spec", "template", "spec"), MissingNode.getInstance());
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().isEmpty()) {
            DisabledFields.drop(at(updated, "spec", "template", "spec"), at(existing, "spec", "template", "spec"));
        }
    }

    /** Pods of a job are found by the job's uid; the labels without a prefix are what older clients look for. */
    private static void generateSelector(ObjectNode job, ObjectNode spec) {
        String name = text(job, "metadata", "name");
        String uid = text(job, "metadata", "uid");
        ObjectNode labels = object(object(object(spec, "template"), "metadata"), "labels");
        // messages print a map in the order of its keys
        Map<String, String> all = new TreeMap<>(Map.of(
                JobValidation.LEGACY_NAME, name,
                JobValidation.NAME, name,
                JobValidation.LEGACY_UID, uid,
                JobValidation.UID, uid));
        labels.properties().forEach(e -> all.put(e.getKey(), e.getValue().asText()));
        labels.removeAll();
        all.forEach(labels::put);
        putAbsent(object(object(spec, "selector"), "matchLabels"), JobValidation.UID, uid);
        copyLabels(job);
    }

    private static void putAbsent(ObjectNode labels, String key, String value) {
        if (!labels.has(key)) {
            labels.put(key, value);
        }
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode job, FieldErrors errors) {
        JobValidation.validate(job, true, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JobUpdateValidation.validate(updated, existing, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JobStatusValidation.validateUpdate(updated, existing, errors);
    }

    @Override
    public List<String> warnings(ObjectNode job) {
        List<String> warnings = new ArrayList<>(PodWarnings.ofOwnerName(job));
        warnings.addAll(JobDefaults.warnings(job.path("spec"), "spec"));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return same(updated.path("spec"), existing.path("spec"))
                ? List.of()
                : JobDefaults.warnings(updated.path("spec"), "spec");
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("status.successful");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode job) {
        return Map.of("status.successful", Long.toString(number(job, "status", "succeeded")));
    }

    @Override
    public String unsupportedFieldLabel(String label) {
        return "field label " + FieldErrors.quote(label) + " not supported for Job";
    }

    @Override
    public boolean orphansByDefault() {
        return true;
    }

    @Override
    public List<String> deletionWarnings() {
        return List.of("child pods are preserved by default when jobs are deleted; set propagationPolicy=Background"
                + " to remove them or set propagationPolicy=Orphan to suppress this warning");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }

    private static String status(ObjectNode job) {
        if (JobStatusValidation.is(job, "Complete")) {
            return "Complete";
        }
        if (JobStatusValidation.is(job, "Failed")) {
            return "Failed";
        }
        if (has(job, "metadata", "deletionTimestamp")) {
            return "Terminating";
        }
        for (String condition : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
            if (JobStatusValidation.is(job, condition)) {
                return condition;
            }
        }
        return "Running";
    }

    private static String completions(ObjectNode job) {
        long succeeded = number(job, "status", "succeeded");
        if (has(job, "spec", "completions")) {
            return succeeded + "/" + number(job, "spec", "completions");
        }
        long parallelism = number(job, "spec", "parallelism");
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String duration(ObjectNode job, Instant now) {
        String start = text(job, "status", "startTime");
        String end = text(job, "status", "completionTime");
        if (start.isEmpty()) {
            return "";
        }
        Instant until = end.isEmpty() ? now : Instant.parse(end);
        return Columns.humanDuration(Duration.between(Instant.parse(start), until));
    }

    /** What the controller says of the job. */
    static List<ObjectNode> conditions(JsonNode job) {
        return objects(at(job, "status", "conditions"));
    }
}
