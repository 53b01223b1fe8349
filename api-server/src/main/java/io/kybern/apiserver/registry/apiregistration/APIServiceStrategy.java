package io.kybern.apiserver.registry.apiregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** APIServices: who serves a group's version. */
public final class APIServiceStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MAX_GROUP_PRIORITY = 20000;
    private static final int MAX_VERSION_PRIORITY = 1000;
    private static final int HTTPS = 443;

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty()
                ? MetadataRules.WHOLE_AND_CHANGE.withAnyFinalizer()
                : MetadataRules.CHANGE.withAnyFinalizer();
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().equals("status")) {
            Trees.keepMetadata(updated, existing);
        }
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        if (object.path("spec").path("service") instanceof ObjectNode service) {
            Trees.defaultNumber(service, "port", HTTPS);
        }
    }

    /** A version that the server itself serves is available at once. */
    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        object.remove("status");
        if (!object.path("spec").path("service").isObject()) {
            object.putObject("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Available")
                    .put("status", "True")
                    .put(
                            "lastTransitionTime",
                            context.now().truncatedTo(ChronoUnit.SECONDS).toString())
                    .put("reason", "Local")
                    .put("message", "Local APIServices are always available");
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        String group = Trees.text(spec, "group");
        String version = Trees.text(spec, "version");
        String name = Trees.text(object.path("metadata"), "name");
        if (!name.isEmpty() && !name.equals(version + "." + group)) {
            errors.invalid(
                    FieldPath.of("metadata", "name"),
                    name,
                    "must be `spec.version+\".\"+spec.group`: " + FieldErrors.quote(version + "." + group));
        }
        if (!group.isEmpty()) {
            errors.invalidEach(SPEC.child("group"), group, Names.dnsSubdomain(group));
        } else if (!version.equals("v1")) {
            errors.required(SPEC.child("group"), "only v1 may have an empty group and it better be legacy kube");
        }
        errors.invalidEach(SPEC.child("version"), version, Names.dns1035Label(version));
        priority(spec, "groupPriorityMinimum", MAX_GROUP_PRIORITY, errors);
        priority(spec, "versionPriority", MAX_VERSION_PRIORITY, errors);
        if (spec.path("service").isObject()) {
            service(spec, errors);
        } else {
            local(spec, errors);
        }
    }

    private static void priority(JsonNode spec, String field, int most, FieldErrors errors) {
        long value = spec.path(field).asLong();
        if (value <= 0 || value > most) {
            errors.invalid(SPEC.child(field), value, "must be positive and less than " + most);
        }
    }

    private static void local(JsonNode spec, FieldErrors errors) {
        String bundle = Trees.text(spec, "caBundle");
        if (!bundle.isEmpty()) {
            int bytes = Base64.getMimeDecoder().decode(bundle).length;
            errors.invalid(SPEC.child("caBundle"), bytes + " bytes", "local APIServices may not have a caBundle");
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean()) {
            errors.invalid(
                    SPEC.child("insecureSkipTLSVerify"), true, "local APIServices may not have insecureSkipTLSVerify");
        }
    }

    private static void service(JsonNode spec, FieldErrors errors) {
        JsonNode service = spec.path("service");
        FieldPath path = SPEC.child("service");
        for (String field : List.of("namespace", "name")) {
            if (Trees.text(service, field).isEmpty()) {
                errors.required(path.child(field), "");
            }
        }
        List<String> complaints = Names.portNumber(service.path("port").asLong());
        if (!complaints.isEmpty()) {
            errors.invalid(
                    path.child("port"), service.path("port"), "port is not valid: " + String.join(", ", complaints));
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean()
                && !Trees.text(spec, "caBundle").isEmpty()) {
            errors.invalid(SPEC.child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        List<String> values = List.of("True", "False", "Unknown");
        JsonNode conditions = updated.path("status").path("conditions");
        for (int i = 0; i < conditions.size(); i++) {
            String status = Trees.text(conditions.get(i), "status");
            if (!values.contains(status)) {
                errors.notSupported(
                        FieldPath.of("status", "conditions").index(i).child("status"), status, values);
            }
        }
    }

    @Override
    public NameRule nameRule() {
        return NameRule.PATH_SEGMENT;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("status")),
                "status", Set.of(List.of("metadata"), List.of("spec")));
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Service", 0, APIServiceStrategy::serviceCell),
                Columns.string("Available", 0, APIServiceStrategy::available),
                Columns.AGE);
    }

    private static String serviceCell(ObjectNode object) {
        JsonNode service = object.path("spec").path("service");
        return service.isObject() ? Trees.text(service, "namespace") + "/" + Trees.text(service, "name") : "Local";
    }

    private static String available(ObjectNode object) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (Trees.text(condition, "type").equals("Available")) {
                String status = Trees.text(condition, "status");
                String reason = Trees.text(condition, "reason");
                return status.equals("True") || reason.isEmpty() ? status : status + " (" + reason + ")";
            }
        }
        return "Unknown";
    }
}
