package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** ValidatingAdmissionPolicyBindings. */
public final class ValidatingAdmissionPolicyBindingStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE.withAnyFinalizer();
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        MatchRules.applyResourceDefaults(object.path("spec").path("matchResources"));
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        AdmissionPolicies.validateBinding(object.path("spec"), errors);
        actions(object.path("spec").path("validationActions"), errors);
    }

    private static void actions(JsonNode actions, FieldErrors errors) {
        FieldPath path = AdmissionPolicies.SPEC.child("validationActions");
        if (actions.isEmpty()) {
            errors.required(path, "at least one validation action is required");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < actions.size(); i++) {
            FieldRules.supported(path.index(i), actions.get(i), List.of("Audit", "Deny", "Warn"), errors);
            if (!seen.add(actions.get(i).asText())) {
                errors.duplicate(path.index(i), actions.get(i));
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            errors.invalid(
                    path,
                    actions,
                    "must not contain both Deny and Warn (repeating the same validation failure"
                            + " information in the API response and headers serves no purpose)");
        }
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return AdmissionPolicies.bindingColumns();
    }
}
