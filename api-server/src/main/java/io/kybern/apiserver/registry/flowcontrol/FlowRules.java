package io.kybern.apiserver.registry.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code spec.rules} of a FlowSchema. */
final class FlowRules {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch");
    private static final Map<String, String> FIELD_OF_KIND =
            Map.of("ServiceAccount", "serviceAccount", "User", "user", "Group", "group");

    private FlowRules() {}

    static void validate(JsonNode rule, FieldPath path, FieldErrors errors) {
        JsonNode subjects = rule.path("subjects");
        if (subjects.isEmpty()) {
            errors.required(path.child("subjects"), "subjects must contain at least one value");
        }
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), path.child("subjects").index(i), errors);
        }
        JsonNode resources = rule.path("resourceRules");
        JsonNode urls = rule.path("nonResourceRules");
        if (resources.isEmpty() && urls.isEmpty()) {
            errors.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        for (int i = 0; i < resources.size(); i++) {
            resourceRule(resources.get(i), path.child("resourceRules").index(i), errors);
        }
        for (int i = 0; i < urls.size(); i++) {
            FieldPath rulePath = path.child("nonResourceRules").index(i);
            verbs(urls.get(i), rulePath, errors);
            list(
                    urls.get(i),
                    "nonResourceURLs",
                    "nonResourceURLs must contain at least one value",
                    "non-resource URLs",
                    rulePath,
                    errors);
            paths(Trees.texts(urls.get(i).path("nonResourceURLs")), rulePath.child("nonResourceURLs"), errors);
        }
    }

    private static void paths(List<String> paths, FieldPath path, FieldErrors errors) {
        if (paths.contains("*")) {
            return;
        }
        for (int i = 0; i < paths.size(); i++) {
            FieldPath at = path.index(i);
            String value = paths.get(i);
            complaint(value).ifPresent(text -> errors.invalid(at, value, text));
        }
    }

    private static Optional<String> complaint(String path) {
        if (path.isEmpty()) {
            return Optional.of("must not be empty");
        }
        if (path.equals("/")) {
            return Optional.empty();
        }
        if (!path.startsWith("/")) {
            return Optional.of("must start with slash");
        }
        if (path.contains(" ")) {
            return Optional.of("must not contain white-space");
        }
        if (path.contains("//")) {
            return Optional.of("must not contain double slash");
        }
        int star = path.indexOf('*');
        boolean suffix = star < 0 || star == path.length() - 1 && path.endsWith("/*");
        return suffix ? Optional.empty() : Optional.of("wildcard can only do suffix matching");
    }

    private static void subject(JsonNode subject, FieldPath path, FieldErrors errors) {
        String kind = Trees.text(subject, "kind");
        String own = FIELD_OF_KIND.get(kind);
        if (own == null) {
            errors.notSupported(path.child("kind"), kind, List.of("Group", "ServiceAccount", "User"));
            return;
        }
        JsonNode value = subject.path(own);
        if (!value.isObject()) {
            errors.required(path.child(own), own + " is required when subject kind is '" + kind + "'");
        } else {
            String name = Trees.text(value, "name");
            if (name.isEmpty()) {
                errors.required(path.child(own).child("name"), "");
            } else if (kind.equals("ServiceAccount") && !name.equals("*")) {
                errors.invalidEach(path.child(own).child("name"), name, Names.dnsSubdomain(name));
            }
            if (kind.equals("ServiceAccount")) {
                String namespace = Trees.text(value, "namespace");
                if (namespace.isEmpty()) {
                    errors.required(path.child(own).child("namespace"), "must specify namespace for service account");
                } else {
                    errors.invalidEach(path.child(own).child("namespace"), namespace, Names.dnsLabel(namespace));
                }
            }
        }
        for (String other : List.of("ServiceAccount", "User", "Group")) {
            String field = other.equals("ServiceAccount") ? "serviceAccount" : other.toLowerCase(Locale.ROOT);
            if (!other.equals(kind) && subject.path(field).isObject()) {
                errors.forbidden(path.child(field), field + " is forbidden when subject kind is not '" + other + "'");
            }
        }
    }

    private static void resourceRule(JsonNode rule, FieldPath path, FieldErrors errors) {
        verbs(rule, path, errors);
        list(rule, "apiGroups", "resource rules must supply at least one api group", "api groups", path, errors);
        list(rule, "resources", "resource rules must supply at least one resource", "resources", path, errors);
        List<String> namespaces = Trees.texts(rule.path("namespaces"));
        FieldPath namespacePath = path.child("namespaces");
        if (namespaces.isEmpty() && !rule.path("clusterScope").asBoolean()) {
            errors.required(
                    namespacePath, "resource rules that are not cluster scoped must supply at least one namespace");
        } else if (namespaces.contains("*")) {
            star(namespaces, rule.path("namespaces"), "namespaces", namespacePath, errors);
        } else {
            for (int i = 0; i < namespaces.size(); i++) {
                String namespace = namespaces.get(i);
                for (String complaint : Names.dnsLabel(namespace)) {
                    errors.invalid(
                            namespacePath.index(i),
                            namespace,
                            "each member of this list must be '*' or a DNS-1123 label; " + complaint);
                }
            }
        }
    }

    private static void verbs(JsonNode rule, FieldPath path, FieldErrors errors) {
        List<String> verbs = Trees.texts(rule.path("verbs"));
        FieldPath verbPath = path.child("verbs");
        if (verbs.isEmpty()) {
            errors.required(verbPath, "verbs must contain at least one value");
        } else if (verbs.contains("*")) {
            star(verbs, rule.path("verbs"), "verbs", verbPath, errors);
        } else if (!VERBS.containsAll(verbs)) {
            errors.notSupported(verbPath, rule.path("verbs"), VERBS);
        }
    }

    private static void list(
            JsonNode rule, String field, String missing, String what, FieldPath path, FieldErrors errors) {
        List<String> values = Trees.texts(rule.path(field));
        if (values.isEmpty()) {
            errors.required(path.child(field), missing);
        } else if (values.contains("*")) {
            star(values, rule.path(field), what, path.child(field), errors);
        }
    }

    private static void star(List<String> values, JsonNode shown, String what, FieldPath path, FieldErrors errors) {
        if (values.size() > 1) {
            errors.invalid(path, shown, "if '*' is present, must not specify other " + what);
        }
    }
}
