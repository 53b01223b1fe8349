package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ValidatingAdmissionPolicies. */
public final class ValidatingAdmissionPolicyStrategy implements Strategy {
    private static final List<String> REASONS = List.of("Forbidden", "Invalid", "RequestEntityTooLarge");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE.withAnyFinalizer() : MetadataRules.CHANGE.withAnyFinalizer();
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
        AdmissionPolicies.applyDefaults(object);
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        PolicyExpressions expressions = AdmissionPolicies.validate(spec, errors);
        JsonNode validations = spec.path("validations");
        JsonNode annotations = spec.path("auditAnnotations");
        FieldPath validationPath = AdmissionPolicies.SPEC.child("validations");
        FieldPath annotationPath = AdmissionPolicies.SPEC.child("auditAnnotations");
        if (validations.isEmpty() && annotations.isEmpty()) {
            String detail = "validations or auditAnnotations must contain at least one item";
            errors.required(validationPath, detail);
            errors.required(annotationPath, detail);
        }
        for (int i = 0; i < validations.size(); i++) {
            validation(validations.get(i), expressions, validationPath.index(i), errors);
        }
        String name = Trees.text(object.path("metadata"), "name");
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < annotations.size(); i++) {
            annotation(name, annotations.get(i), keys, annotationPath.index(i), errors);
            expressions.check(
                    annotations.get(i).path("valueExpression"),
                    PolicyExpressions.TEXT_OR_NULL,
                    annotationPath.index(i).child("valueExpression"),
                    errors);
        }
    }

    private static void validation(
            JsonNode validation, PolicyExpressions expressions, FieldPath path, FieldErrors errors) {
        if (Trees.text(validation, "expression").isBlank()) {
            errors.required(path.child("expression"), "expression is not specified");
        }
        expressions.check(validation.path("expression"), PolicyExpressions.BOOL, path.child("expression"), errors);
        expressions.check(
                validation.path("messageExpression"), PolicyExpressions.TEXT, path.child("messageExpression"), errors);
        String message = Trees.text(validation, "message");
        if (!message.isEmpty() && message.isBlank()) {
            errors.invalid(path.child("message"), message, "message must be non-empty if specified");
        } else if (message.strip().indexOf('\n') >= 0) {
            errors.invalid(path.child("message"), message, "must not contain line breaks");
        }
        FieldRules.supported(path.child("reason"), validation.path("reason"), REASONS, errors);
    }

    private static void annotation(
            String policy, JsonNode annotation, Set<String> keys, FieldPath path, FieldErrors errors) {
        String key = Trees.text(annotation, "key");
        if (key.isEmpty()) {
            errors.required(path.child("key"), "");
        } else {
            String whole = policy + "/" + key;
            errors.invalidEach(path.child("key"), whole, Names.qualifiedName(whole));
            if (!keys.add(key)) {
                errors.duplicate(path.child("key"), key);
            }
        }
        if (Trees.text(annotation, "valueExpression").isBlank()) {
            errors.required(path.child("valueExpression"), "valueExpression is not specified");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {}

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
                Columns.integer(
                        "Validations",
                        "integer",
                        o -> o.path("spec").path("validations").size()),
                AdmissionPolicies.paramKindColumn(),
                Columns.AGE);
    }
}
