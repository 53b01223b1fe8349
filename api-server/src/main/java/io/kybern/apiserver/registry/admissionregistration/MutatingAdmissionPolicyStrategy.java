package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** MutatingAdmissionPolicies. */
public final class MutatingAdmissionPolicyStrategy implements Strategy {
    private static final List<String> TYPES = List.of("ApplyConfiguration", "JSONPatch");
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "UPDATE");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE.withAnyFinalizer();
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
        operations(spec.path("matchConstraints").path("resourceRules"), errors);
        FieldPath path = AdmissionPolicies.SPEC.child("mutations");
        JsonNode mutations = spec.path("mutations");
        if (mutations.isEmpty()) {
            errors.required(path, "mutations must contain at least one item");
        }
        for (int i = 0; i < mutations.size(); i++) {
            mutation(mutations.get(i), expressions, path.index(i), errors);
        }
        FieldPath reinvocation = AdmissionPolicies.SPEC.child("reinvocationPolicy");
        FieldRules.required(reinvocation, spec.path("reinvocationPolicy"), List.of("IfNeeded", "Never"), errors);
    }

    /** What is deleted can't be changed. */
    private static void operations(JsonNode rules, FieldErrors errors) {
        Set<String> operations = new LinkedHashSet<>();
        rules.forEach(rule -> operations.addAll(Trees.texts(rule.path("operations"))));
        operations.removeAll(OPERATIONS);
        operations.forEach(operation -> errors.notSupported(
                FieldPath.of("spec", "matchConstraints", "resourceRules", "operations"), operation, OPERATIONS));
    }

    private static void mutation(JsonNode mutation, PolicyExpressions expressions, FieldPath path, FieldErrors errors) {
        String type = Trees.text(mutation, "patchType");
        FieldRules.required(path.child("patchType"), mutation.path("patchType"), TYPES, errors);
        if (!TYPES.contains(type)) {
            return;
        }
        for (String field : List.of("applyConfiguration", "jsonPatch")) {
            boolean wanted = field.equalsIgnoreCase(type);
            JsonNode value = mutation.path(field);
            if (wanted && !value.isObject()) {
                errors.required(path.child(field), "must be specified when patchType is " + type);
            } else if (wanted && Trees.text(value, "expression").isBlank()) {
                errors.required(path.child(field).child("expression"), "");
            } else if (wanted) {
                expressions.checkMutation(
                        value.path("expression"),
                        field.equals("applyConfiguration"),
                        path.child(field).child("expression"),
                        errors);
            } else if (value.isObject()) {
                errors.invalid(path.child(field), "{" + field + "}", "must not be specified when patchType is " + type);
            }
        }
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.integer(
                        "Mutations",
                        "integer",
                        o -> o.path("spec").path("mutations").size()),
                AdmissionPolicies.paramKindColumn(),
                Columns.AGE);
    }
}
