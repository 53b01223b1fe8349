package io.kybern.apiserver.registry.rbac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** What both kinds of bindings have in common, which is all but the roles that they may name. */
abstract sealed class BindingStrategy implements Strategy permits ClusterRoleBindingStrategy, RoleBindingStrategy {
    private final boolean namespaced;

    /** @param namespaced whether the rules hold in one namespace, and may be those of a Role in it */
    BindingStrategy(boolean namespaced) {
        this.namespaced = namespaced;
    }

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
        Bindings.validate(object, namespaced, errors);
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
