package io.kybern.apiserver.registry.apps;

import static io.kybern.crd.resource.Trees.array;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodTemplateValidation;
import io.kybern.apiserver.registry.podspec.TemplateStrategy;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** StatefulSets. Source: {@code pkg/registry/apps/statefulset/strategy.go}. */
public final class StatefulSetStrategy extends TemplateStrategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final List<String> UPDATABLE = List.of(
            "replicas",
            "template",
            "updateStrategy",
            "minReadySeconds",
            "ordinals",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            WorkloadColumns.ready("Ready"),
            Columns.AGE,
            WorkloadColumns.containers("spec", "template", "spec"),
            WorkloadColumns.images("spec", "template", "spec"));

    public StatefulSetStrategy() {
        super(PodNames.OTHER, COLUMNS);
    }

    @Override
    public void applyDefaults(ObjectNode set) {
        ObjectNode spec = object(set, "spec");
        defaultText(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode update = object(spec, "updateStrategy");
        if (text(update, "type").isEmpty()) {
            update.put("type", "RollingUpdate");
            object(update, "rollingUpdate");
        }
        if (text(update, "type").equals("RollingUpdate") && update.get("rollingUpdate") instanceof ObjectNode rolling) {
            defaultNumber(rolling, "partition", 0);
        }
        ObjectNode retention = object(spec, "persistentVolumeClaimRetentionPolicy");
        defaultText(retention, "whenDeleted", "Retain");
        defaultText(retention, "whenScaled", "Retain");
        defaultNumber(spec, "replicas", 1);
        defaultNumber(spec, "revisionHistoryLimit", 10);
        PodSpecDefaults.template(object(spec, "template"));
        for (ObjectNode claim : objects(spec.path("volumeClaimTemplates"))) {
            claim.put("kind", "PersistentVolumeClaim").put("apiVersion", "v1");
            PodSpecDefaults.claimSpec(object(claim, "spec"));
            defaultText(object(claim, "status"), "phase", "Pending");
        }
    }

    /** How many pods may be away at once is a feature that is off. */
    @Override
    public void prepareForCreate(ObjectNode set, RequestContext context) {
        super.prepareForCreate(set, context);
        dropMaxUnavailable(set);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        super.prepareForUpdate(updated, existing, context);
        if (!at(existing, "spec", "updateStrategy", "rollingUpdate").has("maxUnavailable")) {
            dropMaxUnavailable(updated);
        }
    }

    private static void dropMaxUnavailable(ObjectNode set) {
        if (at(set, "spec", "updateStrategy", "rollingUpdate") instanceof ObjectNode rolling) {
            rolling.remove("maxUnavailable");
        }
    }

    @Override
    public void validate(ObjectNode set, FieldErrors errors) {
        validate(set, true, errors);
    }

    private static void validate(ObjectNode set, boolean create, FieldErrors errors) {
        JsonNode spec = set.path("spec");
        String management = text(spec, "podManagementPolicy");
        if (!management.equals("OrderedReady") && !management.equals("Parallel")) {
            errors.invalid(SPEC.child("podManagementPolicy"), management, "must be 'OrderedReady' or 'Parallel'");
        }
        updateStrategy(spec.path("updateStrategy"), SPEC.child("updateStrategy"), errors);
        for (String when : List.of("whenDeleted", "whenScaled")) {
            FieldChecks.oneOf(
                    text(spec, "persistentVolumeClaimRetentionPolicy", when),
                    List.of("Retain", "Delete"),
                    SPEC.child("persistentVolumeClaimRetentionPolicy").child(when),
                    errors);
        }
        WorkloadSpec.nonNegative(spec, SPEC, errors, "replicas", "minReadySeconds");
        FieldChecks.nonNegative(number(spec, "ordinals", "start"), SPEC.child("ordinals.start"), errors);
        if (create && !text(spec, "serviceName").isEmpty()) {
            FieldChecks.dnsLabel(text(spec, "serviceName"), SPEC.child("serviceName"), errors);
        }
        if (WorkloadSpec.selector(spec, "statefulset", SPEC, errors)) {
            WorkloadSpec.matchesTemplate(spec, SPEC, errors);
            PodTemplateValidation.validate(withClaimVolumes(spec), SPEC.child("template"), errors);
        } else {
            errors.invalid(SPEC.child("selector"), spec.path("selector"), "");
        }
        WorkloadSpec.runsForever(spec, "StatefulSet", SPEC, errors);
    }

    private static void updateStrategy(JsonNode strategy, FieldPath path, FieldErrors errors) {
        JsonNode rolling = strategy.path("rollingUpdate");
        FieldPath at = path.child("rollingUpdate");
        switch (text(strategy, "type")) {
            case "OnDelete" -> {
                if (!rolling.isMissingNode()) {
                    errors.invalid(
                            at,
                            InternalForm.of("apps.RollingUpdateStatefulSetStrategy", rolling),
                            "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            case "RollingUpdate" -> {
                FieldChecks.nonNegative(rolling, "partition", at, errors);
                JsonNode unavailable = rolling.path("maxUnavailable");
                if (!unavailable.isMissingNode()) {
                    FieldPath maximum = at.child("maxUnavailable");
                    WorkloadSpec.intOrPercent(unavailable, maximum, errors);
                    if (WorkloadSpec.amount(unavailable) == 0) {
                        errors.invalid(maximum, unavailable, "cannot be 0");
                    }
                    WorkloadSpec.notMoreThanAll(unavailable, maximum, errors);
                }
            }
            default ->
                errors.invalid(
                        path,
                        InternalForm.of("apps.StatefulSetUpdateStrategy", strategy),
                        "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    /** The template as its pods will be: a volume for each claim, and names that the controller sets. */
    private static JsonNode withClaimVolumes(JsonNode spec) {
        List<ObjectNode> claims = objects(spec.path("volumeClaimTemplates"));
        ObjectNode template = spec.path("template").deepCopy();
        ObjectNode podSpec = object(template, "spec");
        podSpec.remove(List.of("hostname", "subdomain"));
        if (claims.isEmpty()) {
            return template;
        }
        Set<String> names =
                claims.stream().map(c -> text(c, "metadata", "name")).collect(Collectors.toSet());
        List<ObjectNode> own = objects(podSpec.path("volumes"));
        ArrayNode volumes = array(podSpec, "volumes").removeAll();
        for (String name : names) {
            volumes.addObject()
                    .put("name", name)
                    .putObject("persistentVolumeClaim")
                    .put("claimName", name);
        }
        own.stream().filter(v -> !names.contains(text(v, "name"))).forEach(volumes::add);
        return template;
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, false, errors);
        ObjectNode munged = updated.path("spec").deepCopy();
        ObjectNode old = object(existing, "spec");
        UPDATABLE.forEach(field -> keep(munged, old, field));
        if (!same(munged, old)) {
            errors.forbidden(
                    SPEC,
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode status = updated.path("status");
        WorkloadSpec.nonNegative(
                status,
                STATUS,
                errors,
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount");
        WorkloadSpec.notAbove(
                status,
                "replicas",
                "cannot be greater than status.replicas",
                STATUS,
                errors,
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas");
        WorkloadSpec.notAbove(
                status,
                "readyReplicas",
                "cannot be greater than status.readyReplicas",
                STATUS,
                errors,
                "availableReplicas");
        WorkloadSpec.collisionCount(updated, existing, errors);
    }

    @Override
    public List<String> warnings(ObjectNode set) {
        List<String> warnings = new ArrayList<>(super.warnings(set));
        if (number(set, "spec", "revisionHistoryLimit") < 0) {
            warnings.add("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is"
                    + " recommended");
        }
        return warnings;
    }

    @Override
    public NameRule nameRule() {
        return NameRule.DNS_LABEL;
    }
}
