package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which requests a webhook or policy sees. */
final class MatchRules {
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");
    private static final int MAX_CONDITIONS = 64;

    private MatchRules() {}

    static void applyDefaults(JsonNode rules) {
        Trees.objects(rules).forEach(rule -> Trees.defaultPointer(rule, "scope", "*"));
    }

    /** {@code matchConstraints} and {@code matchResources} of policies and their bindings. */
    static void applyResourceDefaults(JsonNode resources) {
        if (resources instanceof ObjectNode match) {
            Trees.defaultPointer(match, "matchPolicy", "Equivalent");
            Trees.object(match, "namespaceSelector");
            Trees.object(match, "objectSelector");
            applyDefaults(match.path("resourceRules"));
            applyDefaults(match.path("excludeResourceRules"));
        }
    }

    static void validateResources(JsonNode match, FieldPath path, FieldErrors errors) {
        FieldRules.required(
                path.child("matchPolicy"), match.path("matchPolicy"), List.of("Equivalent", "Exact"), errors);
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            LabelSelectors.validate(match.path(selector), path.child(selector), errors);
        }
        validate(match.path("resourceRules"), path.child("resourceRules"), errors);
        validate(match.path("excludeResourceRules"), path.child("excludeResourceRules"), errors);
    }

    static void validate(JsonNode rules, FieldPath path, FieldErrors errors) {
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), path.index(i), errors);
        }
    }

    private static void rule(JsonNode rule, FieldPath path, FieldErrors errors) {
        JsonNode operations = rule.path("operations");
        list(operations, "operations", "operations", path, errors);
        for (int i = 0; i < operations.size(); i++) {
            FieldRules.supported(path.child("operations").index(i), operations.get(i), OPERATIONS, errors);
        }
        list(rule.path("apiGroups"), "apiGroups", "API groups", path, errors);
        list(rule.path("apiVersions"), "apiVersions", "API versions", path, errors);
        List<String> versions = Trees.texts(rule.path("apiVersions"));
        for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i).isEmpty()) {
                errors.required(path.child("apiVersions").index(i), "");
            }
        }
        resources(rule.path("resources"), path.child("resources"), errors);
        FieldRules.supported(path.child("scope"), rule.path("scope"), SCOPES, errors);
    }

    private static void list(JsonNode values, String field, String what, FieldPath path, FieldErrors errors) {
        if (values.isEmpty()) {
            errors.required(path.child(field), "");
        } else if (values.size() > 1 && Trees.texts(values).contains("*")) {
            errors.invalid(path.child(field), values, "if '*' is present, must not specify other " + what);
        }
    }

    private static void resources(JsonNode list, FieldPath path, FieldErrors errors) {
        List<String> resources = Trees.texts(list);
        if (resources.isEmpty()) {
            errors.required(path, "");
        }
        Set<String> wholeResources = new HashSet<>();
        Set<String> wholeSubresources = new HashSet<>();
        boolean bare = false;
        for (int i = 0; i < resources.size(); i++) {
            String resource = resources.get(i);
            int slash = resource.indexOf('/');
            if (resource.isEmpty()) {
                errors.required(path.index(i), "");
            } else if (slash < 0) {
                bare = !resource.equals("*");
            } else {
                String parent = resource.substring(0, slash);
                String sub = resource.substring(slash + 1);
                if (wholeResources.contains(parent)) {
                    errors.invalid(
                            path.index(i), resource, "if '" + parent + "/*' is present, must not specify " + resource);
                }
                if (wholeSubresources.contains(sub)) {
                    errors.invalid(
                            path.index(i), resource, "if '*/" + sub + "' is present, must not specify " + resource);
                }
                if (sub.equals("*")) {
                    wholeResources.add(parent);
                }
                if (parent.equals("*")) {
                    wholeSubresources.add(sub);
                }
            }
        }
        if (resources.size() > 1 && resources.contains("*/*")) {
            errors.invalid(path, list, "if '*/*' is present, must not specify other resources");
        }
        if (resources.contains("*") && bare) {
            errors.invalid(path, list, "if '*' is present, must not specify other resources without subresources");
        }
    }

    static void conditions(JsonNode conditions, FieldPath path, PolicyExpressions expressions, FieldErrors errors) {
        if (conditions.size() > MAX_CONDITIONS) {
            errors.tooMany(path, conditions.size(), MAX_CONDITIONS);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String name = Trees.text(conditions.get(i), "name");
            if (Trees.text(conditions.get(i), "expression").isBlank()) {
                errors.required(path.index(i).child("expression"), "");
            }
            expressions.check(
                    conditions.get(i).path("expression"),
                    PolicyExpressions.BOOL,
                    path.index(i).child("expression"),
                    errors);
            if (name.isEmpty()) {
                errors.required(path.index(i).child("name"), "");
            } else {
                errors.invalidEach(path.index(i).child("name"), name, Names.qualifiedName(name));
                if (!names.add(name)) {
                    errors.duplicate(path.index(i).child("name"), name);
                }
            }
        }
    }
}
