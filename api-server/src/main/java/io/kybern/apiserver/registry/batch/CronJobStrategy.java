package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.defaultBoolean;
import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.DisabledFields;
import io.kybern.apiserver.registry.podspec.PodWarnings;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Pattern;

/** CronJobs. Source: {@code pkg/registry/batch/cronjob/strategy.go}. */
public final class CronJobStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int LONGEST_NAME = 52;
    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");
    private static final Set<String> ZONES = Set.of(TimeZone.getAvailableIDs());
    private static final String[] POD_SPEC = {"spec", "jobTemplate", "spec", "template", "spec"};
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Schedule", 0, o -> text(o, "spec", "schedule")),
            Columns.string("Timezone", 0, o -> has(o, "spec", "timeZone") ? text(o, "spec", "timeZone") : "<none>"),
            Columns.string("Suspend", 0, o -> title(flag(o, "spec", "suspend"))),
            Columns.of(
                    "Active",
                    "integer",
                    0,
                    o -> LongNode.valueOf(at(o, "status", "active").size())),
            Columns.string(
                    "Last Schedule",
                    0,
                    (o, now) -> has(o, "status", "lastScheduleTime")
                            ? Columns.age(text(o, "status", "lastScheduleTime"), now)
                            : "<none>"),
            Columns.AGE,
            WorkloadColumns.containers(POD_SPEC),
            WorkloadColumns.images(POD_SPEC),
            WorkloadColumns.selector("spec", "jobTemplate", "spec", "selector"));

    private static String title(boolean value) {
        return value ? "True" : "False";
    }

    @Override
    public void applyDefaults(ObjectNode cronJob) {
        ObjectNode spec = object(cronJob, "spec");
        defaultText(spec, "concurrencyPolicy", "Allow");
        defaultBoolean(spec, "suspend", false);
        defaultNumber(spec, "successfulJobsHistoryLimit", 3);
        defaultNumber(spec, "failedJobsHistoryLimit", 1);
        JobDefaults.template(object(object(spec, "jobTemplate"), "spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode cronJob, RequestContext context) {
        Strategy.super.prepareForCreate(cronJob, context);
        DisabledFields.drop(at(cronJob, POD_SPEC), MissingNode.getInstance());
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().isEmpty()) {
            DisabledFields.drop(at(updated, POD_SPEC), at(existing, POD_SPEC));
        }
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode cronJob, FieldErrors errors) {
        spec(cronJob.path("spec"), errors);
        schedule(cronJob.path("spec"), false, errors);
        timeZone(cronJob.path("spec"), errors);
        template(cronJob.path("spec"), errors);
        String name = text(cronJob, "metadata", "name");
        if (name.length() > LONGEST_NAME) {
            errors.invalid(FieldPath.of("metadata", "name"), name, "must be no more than 52 characters");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode spec = updated.path("spec");
        spec(spec, errors);
        schedule(spec, text(existing, "spec", "schedule").contains("TZ"), errors);
        if (!same(spec.path("timeZone"), at(existing, "spec", "timeZone"))) {
            timeZone(spec, errors);
        }
        template(spec, errors);
    }

    private static void spec(JsonNode spec, FieldErrors errors) {
        if (text(spec, "schedule").isEmpty()) {
            errors.required(SPEC.child("schedule"), "");
        }
    }

    private static void schedule(JsonNode spec, boolean zoneAllowed, FieldErrors errors) {
        String schedule = text(spec, "schedule");
        FieldPath path = SPEC.child("schedule");
        if (!schedule.isEmpty()) {
            CronSchedule.problem(schedule).ifPresent(problem -> errors.invalid(path, schedule, problem));
            if (schedule.contains("TZ")) {
                if (!zoneAllowed) {
                    errors.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
                } else if (spec.has("timeZone")) {
                    errors.invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
                }
            }
        }
        WorkloadSpec.nonNegative(spec, SPEC, errors, "startingDeadlineSeconds");
    }

    private static void timeZone(JsonNode spec, FieldErrors errors) {
        if (!spec.has("timeZone")) {
            return;
        }
        FieldPath path = SPEC.child("timeZone");
        String zone = text(spec, "timeZone");
        if (zone.isEmpty()) {
            errors.invalid(path, zone, "timeZone must be nil or non-empty string");
            return;
        }
        for (String part : zone.split("/", -1)) {
            if (part.equals(".")
                    || part.equals("..")
                    || part.startsWith("-")
                    || !ZONE_PART.matcher(part).matches()) {
                errors.invalid(path, zone, "unknown time zone " + zone);
                return;
            }
        }
        if (zone.toLowerCase(Locale.ROOT).equals("local")) {
            errors.invalid(
                    path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        } else if (!ZONES.contains(zone)) {
            errors.invalid(path, zone, "unknown time zone " + zone);
        }
    }

    private static void template(JsonNode spec, FieldErrors errors) {
        FieldChecks.requiredOneOf(
                text(spec, "concurrencyPolicy"),
                List.of("Allow", "Forbid", "Replace"),
                SPEC.child("concurrencyPolicy"),
                errors);
        JsonNode job = spec.path("jobTemplate").path("spec");
        FieldPath path = SPEC.child("jobTemplate").child("spec");
        JobValidation.spec(job, path, errors);
        if (job.has("selector")) {
            errors.invalid(path.child("selector"), job.path("selector"), "`selector` will be auto-generated");
        }
        if (flag(job, "manualSelector")) {
            errors.notSupported(path.child("manualSelector"), true, List.of("nil", "false"));
        }
        WorkloadSpec.nonNegative(spec, SPEC, errors, "successfulJobsHistoryLimit", "failedJobsHistoryLimit");
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {}

    @Override
    public List<String> warnings(ObjectNode cronJob) {
        List<String> warnings = new ArrayList<>(PodWarnings.ofOwnerName(cronJob));
        warnings.addAll(JobDefaults.warnings(at(cronJob, "spec", "jobTemplate", "spec"), "spec.jobTemplate.spec"));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        List<String> warnings = new ArrayList<>();
        if (!same(updated.path("spec"), existing.path("spec"))) {
            warnings.addAll(JobDefaults.warnings(at(updated, "spec", "jobTemplate", "spec"), "spec.jobTemplate.spec"));
        }
        if (text(updated, "spec", "schedule").contains("TZ")) {
            warnings.add("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
                    + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
        }
        return warnings;
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }
}
