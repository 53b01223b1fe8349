package io.kybern.apiserver.registry.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.stream.Collectors;

/** What RoleBindings and ClusterRoleBindings have in common. */
final class Bindings {
    static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Role", 0, o -> {
                JsonNode role = o.path("roleRef");
                return Trees.text(role, "kind") + "/" + Trees.text(role, "name");
            }),
            Columns.AGE,
            Columns.string("Users", 1, o -> subjects(o, "User")),
            Columns.string("Groups", 1, o -> subjects(o, "Group")),
            Columns.string("ServiceAccounts", 1, o -> subjects(o, "ServiceAccount")));

    private static final String GROUP = "rbac.authorization.k8s.io";

    private Bindings() {}

    private static String subjects(ObjectNode binding, String kind) {
        return Trees.objects(binding.path("subjects")).stream()
                .filter(s -> Trees.text(s, "kind").equals(kind))
                .map(s ->
                        (kind.equals("ServiceAccount") ? Trees.text(s, "namespace") + "/" : "") + Trees.text(s, "name"))
                .collect(Collectors.joining(", "));
    }

    static void applyDefaults(ObjectNode object) {
        Trees.defaultText(Trees.object(object, "roleRef"), "apiGroup", GROUP);
        for (ObjectNode subject : Trees.objects(object.path("subjects"))) {
            if (!Trees.text(subject, "kind").equals("ServiceAccount") && isKnown(subject)) {
                Trees.defaultText(subject, "apiGroup", GROUP);
            }
        }
    }

    private static boolean isKnown(ObjectNode subject) {
        return List.of("ServiceAccount", "User", "Group").contains(Trees.text(subject, "kind"));
    }

    static void validate(ObjectNode object, boolean namespaced, FieldErrors errors) {
        JsonNode role = object.path("roleRef");
        FieldPath path = FieldPath.of("roleRef");
        oneOf(role, "apiGroup", List.of(GROUP), path, errors);
        oneOf(role, "kind", namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole"), path, errors);
        String name = Trees.text(role, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "");
        } else {
            errors.invalidEach(path.child("name"), name, Names.pathSegment(name));
        }
        JsonNode subjects = object.path("subjects");
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), namespaced, FieldPath.of("subjects").index(i), errors);
        }
    }

    private static void subject(JsonNode subject, boolean namespaced, FieldPath path, FieldErrors errors) {
        String name = Trees.text(subject, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "");
        }
        switch (Trees.text(subject, "kind")) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    errors.invalidEach(path.child("name"), name, Names.dnsSubdomain(name));
                }
                oneOf(subject, "apiGroup", List.of(""), path, errors);
                if (!namespaced && Trees.text(subject, "namespace").isEmpty()) {
                    errors.required(path.child("namespace"), "");
                }
            }
            case "User", "Group" -> oneOf(subject, "apiGroup", List.of(GROUP), path, errors);
            default -> oneOf(subject, "kind", List.of("ServiceAccount", "User", "Group"), path, errors);
        }
    }

    private static void oneOf(JsonNode parent, String field, List<String> values, FieldPath path, FieldErrors errors) {
        String value = Trees.text(parent, field);
        if (!values.contains(value)) {
            errors.notSupported(path.child(field), value, values);
        }
    }

    static void keepRole(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode role = updated.path("roleRef");
        if (!Trees.same(role, existing.path("roleRef"))) {
            ObjectNode shown = JsonNodeFactory.instance.objectNode();
            shown.put("APIGroup", Trees.text(role, "apiGroup"));
            shown.put("Kind", Trees.text(role, "kind"));
            shown.put("Name", Trees.text(role, "name"));
            errors.invalid(FieldPath.of("roleRef"), shown, "cannot change roleRef");
        }
    }
}
