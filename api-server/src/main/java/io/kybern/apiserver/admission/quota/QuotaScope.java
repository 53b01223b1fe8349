package io.kybern.apiserver.admission.quota;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A part of a quota's scope. */
record QuotaScope(String name, String operator, List<String> values) {
    /** All that a quota names; an object must be in each. */
    static List<QuotaScope> of(ObjectNode quota) {
        List<QuotaScope> out = new ArrayList<>();
        texts(quota.path("spec").path("scopes")).forEach(name -> out.add(new QuotaScope(name, "Exists", List.of())));
        objects(quota.path("spec").path("scopeSelector").path("matchExpressions"))
                .forEach(e ->
                        out.add(new QuotaScope(text(e, "scopeName"), text(e, "operator"), texts(e.path("values")))));
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
