package io.kybern.apiserver.registry.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** CertificateSigningRequests: the requestor is who made the request, and nothing of it changes afterwards. */
public final class CertificateSigningRequestStrategy implements Strategy {
    private static final List<String> APPROVAL = List.of("Approved", "Denied");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        object.remove("status");
        ObjectNode spec = Trees.object(object, "spec");
        spec.remove(List.of("username", "uid", "groups", "extra"));
        spec.put("username", context.user());
        spec.put("uid", context.uid());
        context.groups().forEach(spec.putArray("groups")::add);
        if (!context.extra().isEmpty()) {
            ObjectNode extra = spec.putObject("extra");
            new TreeMap<>(context.extra()).forEach((key, values) -> values.forEach(extra.withArray(key)::add));
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Trees.keep(updated, existing, "spec");
        ObjectNode status = Trees.object(updated, "status");
        JsonNode before = existing.path("status");
        switch (context.subresource()) {
            case "status" -> {
                CertificateConditions.keepApproval(status, before);
                CertificateConditions.stamp(status, before, context.now());
            }
            case "approval" -> {
                CertificateConditions.stamp(status, before, context.now());
                JsonNode certificate = before.path("certificate");
                status.remove("certificate");
                if (certificate.isTextual()) {
                    status.set("certificate", certificate);
                }
            }
            default -> Trees.keep(updated, existing, "status");
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        RequestValidation.validate(object, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        change(updated, existing, false, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        change(updated, existing, true, errors);
    }

    private static void change(ObjectNode updated, ObjectNode existing, boolean status, FieldErrors errors) {
        RequestValidation.validate(updated, errors);
        FieldPath path = FieldPath.of("status", "conditions");
        for (String type : List.of("Approved", "Denied", "Failed")) {
            int before = CertificateConditions.count(existing.path("status"), type);
            int now = CertificateConditions.count(updated.path("status"), type);
            if (now < before) {
                errors.forbidden(path, "updates may not remove a condition of type " + FieldErrors.quote(type));
            } else if (status && now > before && APPROVAL.contains(type)) {
                errors.forbidden(path, "updates may not add a condition of type " + FieldErrors.quote(type));
            }
        }
        String before = Trees.text(existing.path("status"), "certificate");
        if (!before.isEmpty() && !before.equals(Trees.text(updated.path("status"), "certificate"))) {
            errors.forbidden(
                    FieldPath.of("status", "certificate"), "updates may not modify existing certificate content");
        }
    }

    @Override
    public NameRule nameRule() {
        return NameRule.PATH_SEGMENT;
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("spec"), List.of("status")),
                "status", Set.of(List.of("spec"), List.of("status", "conditions")),
                "approval", Set.of(List.of("spec"), List.of("status", "certificate")));
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        return Map.of("spec.signerName", Trees.text(object.path("spec"), "signerName"));
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("spec.signerName");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.AGE,
                Columns.string(
                        "SignerName", 0, o -> o.path("spec").path("signerName").asText("<none>")),
                Columns.string("Requestor", 0, o -> Trees.text(o.path("spec"), "username")),
                Columns.string("RequestedDuration", 0, o -> {
                    JsonNode seconds = o.path("spec").path("expirationSeconds");
                    return seconds.isNumber() ? Columns.humanDuration(Duration.ofSeconds(seconds.asLong())) : "<none>";
                }),
                Columns.string("Condition", 0, CertificateConditions::format));
    }
}
