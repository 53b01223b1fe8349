package io.kybern.apiserver.registry.rbac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;

/** Roles: rules of one namespace. */
public final class RoleStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    /** No rules are no list: the original prints {@code null}. */
    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        PolicyRules.validate(object.path("rules"), true, errors);
    }

    @Override
    public NameRule nameRule() {
        return NameRule.PATH_SEGMENT;
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }
}
