package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.ResourceQuotaSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A part of a quota's scope. */
record Scope(String name, String operator, List<String> values) {
    /** All that a quota names; an object must be in each. */
    static List<Scope> of(ResourceQuotaSpec spec) {
        List<Scope> out = new ArrayList<>();
        if (spec.getScopes() != null) {
            spec.getScopes().forEach(name -> out.add(new Scope(name, "Exists", List.of())));
        }
        if (spec.getScopeSelector() != null && spec.getScopeSelector().getMatchExpressions() != null) {
            spec.getScopeSelector()
                    .getMatchExpressions()
                    .forEach(e -> out.add(new Scope(
                            e.getScopeName(), e.getOperator(), e.getValues() == null ? List.of() : e.getValues())));
        }
        return out;
    }

    /** Whether one of these names, of which there may be none, fits. */
    boolean fits(Collection<String> names) {
        return switch (operator) {
            case "Exists" -> !names.isEmpty();
            case "DoesNotExist" -> names.isEmpty();
            case "In" -> names.stream().anyMatch(values::contains);
            case "NotIn" -> names.isEmpty() || names.stream().anyMatch(n -> !values.contains(n));
            default -> false;
        };
    }
}
