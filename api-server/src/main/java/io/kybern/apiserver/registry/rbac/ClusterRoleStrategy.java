package io.kybern.apiserver.registry.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;

/** ClusterRoles: rules for all namespaces, and of whatever is not in one. */
public final class ClusterRoleStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    /** No rules are no list: the original prints {@code null}. */
    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        PolicyRules.validate(object.path("rules"), false, errors);
        JsonNode aggregation = object.path("aggregationRule");
        if (!aggregation.isObject()) {
            return;
        }
        FieldPath path = FieldPath.of("aggregationRule", "clusterRoleSelectors");
        JsonNode selectors = aggregation.path("clusterRoleSelectors");
        if (selectors.isEmpty()) {
            errors.required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
        for (int i = 0; i < selectors.size(); i++) {
            int before = errors.size();
            LabelSelectors.validate(selectors.get(i), path.index(i), errors);
            if (errors.size() > before) {
                errors.invalid(path.index(i), null, "invalid label selector.");
            }
        }
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
