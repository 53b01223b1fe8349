package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** MutatingAdmissionPolicyBindings. */
public final class MutatingAdmissionPolicyBindingStrategy implements Strategy {
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
