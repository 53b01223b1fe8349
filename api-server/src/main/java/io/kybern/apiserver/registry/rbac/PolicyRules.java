package io.kybern.apiserver.registry.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;

/** {@code rules} of Roles and ClusterRoles. */
final class PolicyRules {
    private PolicyRules() {}

    static void validate(JsonNode rules, boolean namespaced, FieldErrors errors) {
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), namespaced, FieldPath.of("rules").index(i), errors);
        }
    }

    private static void rule(JsonNode rule, boolean namespaced, FieldPath path, FieldErrors errors) {
        if (rule.path("verbs").isEmpty()) {
            errors.required(path.child("verbs"), "verbs must contain at least one value");
        }
        JsonNode urls = rule.path("nonResourceURLs");
        boolean groups = !rule.path("apiGroups").isEmpty();
        boolean resources = !rule.path("resources").isEmpty();
        if (!urls.isEmpty()) {
            if (namespaced) {
                errors.invalid(
                        path.child("nonResourceURLs"), urls, "namespaced rules cannot apply to non-resource URLs");
            }
            if (groups || resources || !rule.path("resourceNames").isEmpty()) {
                errors.invalid(
                        path.child("nonResourceURLs"),
                        urls,
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (!groups) {
            errors.required(path.child("apiGroups"), "resource rules must supply at least one api group");
        }
        if (!resources) {
            errors.required(path.child("resources"), "resource rules must supply at least one resource");
        }
    }
}
