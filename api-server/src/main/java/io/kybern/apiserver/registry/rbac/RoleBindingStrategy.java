package io.kybern.apiserver.registry.rbac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** RoleBindings: who has the rules of a Role or ClusterRole in one namespace. */
public final class RoleBindingStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Bindings.applyDefaults(object);
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        Bindings.validate(object, true, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        Bindings.keepRole(updated, existing, errors);
    }

    @Override
    public NameRule nameRule() {
        return NameRule.PATH_SEGMENT;
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return Bindings.COLUMNS;
    }
}
