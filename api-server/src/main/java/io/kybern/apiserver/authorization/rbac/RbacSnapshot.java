package io.kybern.apiserver.authorization.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * All roles and bindings at one moment, arranged by subject. Immutable; a new one is made after each change of a role or
 * binding. A request looks up the bindings of its user and groups, not all there are.
 */
public final class RbacSnapshot {
    /** Reads nothing, allows nothing. */
    public static final RbacSnapshot EMPTY = of(List.of(), List.of(), List.of(), List.of(), false);

    private final Map<String, List<PolicyRule>> clusterRoles;
    private final Map<String, List<PolicyRule>> roles;
    private final Map<String, List<Binding>> clusterBindings;
    private final Map<String, Map<String, List<Binding>>> namespaceBindings;

    private RbacSnapshot(
            Map<String, List<PolicyRule>> clusterRoles,
            Map<String, List<PolicyRule>> roles,
            Map<String, List<Binding>> clusterBindings,
            Map<String, Map<String, List<Binding>>> namespaceBindings) {
        this.clusterRoles = clusterRoles;
        this.roles = roles;
        this.clusterBindings = clusterBindings;
        this.namespaceBindings = namespaceBindings;
    }

    /** A binding of one subject; its description goes into the reason of a decision. */
    private record Binding(String description, List<PolicyRule> rules, boolean resolved, String problem) {}

    /**
     * Compiles roles and bindings.
     *
     * @param aggregate whether an aggregated ClusterRole has the rules of the roles that it selects even if nobody wrote
     *     them down: for a server without the controller that does; the original has only what is written
     */
    public static RbacSnapshot of(
            Collection<ObjectNode> clusterRoles,
            Collection<ObjectNode> roles,
            Collection<ObjectNode> clusterBindings,
            Collection<ObjectNode> bindings,
            boolean aggregate) {
        Map<String, List<PolicyRule>> cluster = new HashMap<>();
        for (ObjectNode role : clusterRoles) {
            cluster.put(name(role), aggregate ? aggregated(role, clusterRoles) : PolicyRule.listOf(role.path("rules")));
        }
        Map<String, List<PolicyRule>> local = new HashMap<>();
        for (ObjectNode role : roles) {
            local.put(namespace(role) + "/" + name(role), PolicyRule.listOf(role.path("rules")));
        }
        RbacSnapshot snapshot = new RbacSnapshot(cluster, local, new HashMap<>(), new HashMap<>());
        clusterBindings.forEach(b -> snapshot.add(b, "ClusterRoleBinding", snapshot.clusterBindings));
        bindings.forEach(b -> snapshot.add(
                b, "RoleBinding", snapshot.namespaceBindings.computeIfAbsent(namespace(b), n -> new HashMap<>())));
        return snapshot;
    }

    private static List<PolicyRule> aggregated(ObjectNode role, Collection<ObjectNode> all) {
        JsonNode selectors = role.path("aggregationRule").path("clusterRoleSelectors");
        if (selectors.isEmpty()) {
            return PolicyRule.listOf(role.path("rules"));
        }
        Set<PolicyRule> rules = new LinkedHashSet<>(PolicyRule.listOf(role.path("rules")));
        aggregate(role, all, rules, new LinkedHashSet<>());
        return List.copyOf(rules);
    }

    private static void aggregate(
            ObjectNode role, Collection<ObjectNode> all, Set<PolicyRule> rules, Set<String> visited) {
        if (!visited.add(name(role))) {
            return;
        }
        for (JsonNode selector : role.path("aggregationRule").path("clusterRoleSelectors")) {
            for (ObjectNode candidate : all) {
                if (LabelSelectors.matches(selector, candidate.path("metadata").path("labels"))) {
                    rules.addAll(PolicyRule.listOf(candidate.path("rules")));
                    aggregate(candidate, all, rules, visited);
                }
            }
        }
    }

    private void add(ObjectNode binding, String kind, Map<String, List<Binding>> bySubject) {
        JsonNode reference = binding.path("roleRef");
        String namespace = namespace(binding);
        Optional<List<PolicyRule>> rules = resolve(reference, namespace);
        String roleKind = Trees.text(reference, "kind");
        String roleName = Trees.text(reference, "name");
        String shown = namespace.isEmpty() ? name(binding) : name(binding) + "/" + namespace;
        String problem = rules.isPresent()
                ? ""
                : (roleKind.equals("Role") ? "role.rbac.authorization.k8s.io" : "clusterrole.rbac.authorization.k8s.io")
                        + " \"" + roleName + "\" not found";
        for (JsonNode subject : binding.path("subjects")) {
            String description = "RBAC: allowed by " + kind + " \"" + shown + "\" of " + roleKind + " \"" + roleName
                    + "\" to " + describe(subject, namespace);
            Binding entry = new Binding(description, rules.orElse(List.of()), rules.isPresent(), problem);
            bySubject
                    .computeIfAbsent(key(subject, namespace), k -> new ArrayList<>())
                    .add(entry);
        }
    }

    private static String key(JsonNode subject, String namespace) {
        String name = Trees.text(subject, "name");
        return switch (Trees.text(subject, "kind")) {
            case "Group" -> "g:" + name;
            case "ServiceAccount" ->
                "u:system:serviceaccount:" + subject.path("namespace").asText(namespace) + ":" + name;
            default -> "u:" + name;
        };
    }

    private static String describe(JsonNode subject, String namespace) {
        String kind = Trees.text(subject, "kind");
        String name = Trees.text(subject, "name");
        String own = Trees.text(subject, "namespace");
        return kind.equals("ServiceAccount")
                ? kind + " \"" + name + "/" + (own.isEmpty() ? namespace : own) + "\""
                : kind + " \"" + name + "\"";
    }

    /** The rules of the role that a binding in this namespace refers to; empty when there is no such role. */
    public Optional<List<PolicyRule>> resolve(JsonNode roleReference, String namespace) {
        String name = Trees.text(roleReference, "name");
        return Optional.ofNullable(
                Trees.text(roleReference, "kind").equals("Role")
                        ? roles.get(namespace + "/" + name)
                        : clusterRoles.get(name));
    }

    /** Visits rules of a user, with why they hold, until the visitor answers false. */
    void visit(User user, String namespace, BiPredicate<String, PolicyRule> visitor, List<String> problems) {
        List<String> keys = keys(user);
        if (visit(clusterBindings, keys, visitor, problems) && !namespace.isEmpty()) {
            visit(namespaceBindings.getOrDefault(namespace, Map.of()), keys, visitor, problems);
        }
    }

    private static boolean visit(
            Map<String, List<Binding>> bindings,
            List<String> keys,
            BiPredicate<String, PolicyRule> visitor,
            List<String> problems) {
        for (String key : keys) {
            for (Binding binding : bindings.getOrDefault(key, List.of())) {
                if (!binding.resolved) {
                    problems.add(binding.problem);
                }
                for (PolicyRule rule : binding.rules) {
                    if (!visitor.test(binding.description, rule)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static List<String> keys(User user) {
        List<String> keys = new ArrayList<>();
        keys.add("u:" + user.name());
        user.groups().forEach(group -> keys.add("g:" + group));
        return keys;
    }

    private static String name(ObjectNode object) {
        return Trees.text(object.path("metadata"), "name");
    }

    private static String namespace(ObjectNode object) {
        return Trees.text(object.path("metadata"), "namespace");
    }
}
