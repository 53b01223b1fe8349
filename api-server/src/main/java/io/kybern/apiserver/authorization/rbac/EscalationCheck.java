package io.kybern.apiserver.authorization.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Nobody gives rights away that he lacks: whoever writes a role must have its rules (or the verb {@code escalate}), and
 * whoever writes a binding must have the rules of its role (or the verb {@code bind} on it). Called by the pipeline before
 * a role or binding is stored. Source: {@code pkg/registry/rbac/.../policybased}.
 */
public final class EscalationCheck {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final RbacAuthorizer rbac;
    private final Authorizer authorizer;

    /** @param authorizer the whole chain, asked for the verbs {@code escalate} and {@code bind} */
    public EscalationCheck(RbacAuthorizer rbac, Authorizer authorizer) {
        this.rbac = rbac;
        this.authorizer = authorizer;
    }

    /**
     * Refuses with a 403 when the write gives rights away.
     *
     * @param resource of the RBAC group
     * @param existing empty for a new object; an update that keeps rules and subjects gives nothing away
     */
    public void check(User user, GroupResource resource, ObjectNode object, Optional<ObjectNode> existing) {
        if (!resource.group().equals(GROUP) || user.in(User.MASTERS)) {
            return;
        }
        switch (resource.resource()) {
            case "roles", "clusterroles" -> role(user, resource, object, existing);
            case "rolebindings", "clusterrolebindings" -> binding(user, resource, object, existing);
            default -> {}
        }
    }

    private void role(User user, GroupResource resource, ObjectNode role, Optional<ObjectNode> existing) {
        boolean same = existing.isPresent()
                && Trees.same(role.path("rules"), existing.get().path("rules"))
                && Trees.same(role.path("aggregationRule"), existing.get().path("aggregationRule"));
        if (same || allowed(user, "escalate", resource, namespace(role), name(role))) {
            return;
        }
        List<PolicyRule> wanted = new ArrayList<>(PolicyRule.listOf(role.path("rules")));
        if (!role.path("aggregationRule").path("clusterRoleSelectors").isEmpty()) {
            wanted.add(new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()));
            wanted.add(new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));
        }
        requireAll(user, resource, name(role), namespace(role), wanted);
    }

    private void binding(User user, GroupResource resource, ObjectNode binding, Optional<ObjectNode> existing) {
        boolean same = existing.isPresent()
                && Trees.same(binding.path("roleRef"), existing.get().path("roleRef"))
                && Trees.same(binding.path("subjects"), existing.get().path("subjects"));
        JsonNode reference = binding.path("roleRef");
        GroupResource roles =
                new GroupResource(GROUP, Trees.text(reference, "kind").equals("Role") ? "roles" : "clusterroles");
        String namespace = namespace(binding);
        String role = Trees.text(reference, "name");
        if (same || allowed(user, "bind", roles, namespace, role)) {
            return;
        }
        List<PolicyRule> rules =
                rbac.snapshot().resolve(reference, namespace).orElseThrow(() -> ApiException.notFound(resource, role));
        requireAll(user, resource, name(binding), namespace, rules);
    }

    private boolean allowed(User user, String verb, GroupResource resource, String namespace, String name) {
        AuthorizationAttributes wanted = AuthorizationAttributes.ofResource(
                user, verb, resource.group(), "*", resource.resource(), "", namespace, name);
        return authorizer.authorize(wanted) instanceof Authorizer.Decision.Allow;
    }

    private void requireAll(User user, GroupResource resource, String name, String namespace, List<PolicyRule> wanted) {
        RbacAuthorizer.Rules owned = rbac.rulesFor(user, namespace);
        List<PolicyRule> missing = new ArrayList<>();
        for (PolicyRule rule : wanted) {
            for (PolicyRule single : rule.split()) {
                if (owned.rules().stream().noneMatch(mine -> mine.covers(single))) {
                    missing.add(single);
                }
            }
        }
        if (!missing.isEmpty()) {
            String groups = user.groups().stream().map(FieldErrors::quote).collect(Collectors.joining(" ", "[", "]"));
            String why = "user " + FieldErrors.quote(user.name()) + " (groups=" + groups
                    + ") is attempting to grant RBAC permissions not currently held:\n" + describe(missing)
                    + (owned.incomplete().isEmpty() ? "" : "; resolution errors: [" + owned.incomplete() + "]");
            throw ApiException.forbidden(resource, name, why);
        }
    }

    /** The missing rules, those that differ in the verb only as one line, as Go prints them. */
    private static String describe(List<PolicyRule> missing) {
        TreeSet<String> lines = new TreeSet<>();
        missing.stream()
                .collect(Collectors.groupingBy(
                        rule -> new PolicyRule(
                                List.of(),
                                rule.apiGroups(),
                                rule.resources(),
                                rule.resourceNames(),
                                rule.nonResourceUrls()),
                        java.util.LinkedHashMap::new,
                        Collectors.flatMapping(rule -> rule.verbs().stream(), Collectors.toList())))
                .forEach((rule, verbs) -> lines.add(line(rule, verbs)));
        return String.join("\n", lines);
    }

    private static String line(PolicyRule rule, List<String> verbs) {
        List<String> parts = new ArrayList<>();
        Function<List<String>, String> list =
                values -> values.stream().map(FieldErrors::quote).collect(Collectors.joining(" ", "[", "]"));
        if (!rule.apiGroups().isEmpty()) {
            parts.add("APIGroups:" + list.apply(rule.apiGroups()));
        }
        if (!rule.resources().isEmpty()) {
            parts.add("Resources:" + list.apply(rule.resources()));
        }
        if (!rule.nonResourceUrls().isEmpty()) {
            parts.add("NonResourceURLs:" + list.apply(rule.nonResourceUrls()));
        }
        if (!rule.resourceNames().isEmpty()) {
            parts.add("ResourceNames:" + list.apply(rule.resourceNames()));
        }
        parts.add("Verbs:" + list.apply(verbs));
        return "{" + String.join(", ", parts) + "}";
    }

    private static String name(ObjectNode object) {
        return Trees.text(object.path("metadata"), "name");
    }

    private static String namespace(ObjectNode object) {
        return Trees.text(object.path("metadata"), "namespace");
    }
}
