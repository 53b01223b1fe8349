package io.kybern.apiserver.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions;
import io.kybern.crd.cel.rule.SchemaType;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks at the expressions of ValidatingAdmissionPolicies with the types of what they are about, and warns of mistakes in
 * their status, once for each generation. Behaves as kube-controller-manager's validatingadmissionpolicy-status-controller.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/policy/validating/typechecking.go}.
 */
public final class PolicyTypeChecks implements Runnable {
    private static final String MANAGER = "validatingadmissionpolicy-status";
    private static final GroupResource POLICIES =
            new GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicies");
    public static final List<GroupResource> WATCHED = List.of(POLICIES);

    /** So many kinds are looked at. */
    private static final int MOST = 10;

    private final Loopback loopback;
    private final ResourceRegistry registry;

    public PolicyTypeChecks(Loopback loopback, ResourceRegistry registry) {
        this.loopback = loopback;
        this.registry = registry;
    }

    @Override
    public void run() {
        for (ObjectNode policy : loopback.list(POLICIES, "")) {
            long generation = policy.path("metadata").path("generation").asLong();
            if (generation > policy.path("status").path("observedGeneration").asLong()) {
                loopback.applyStatus(applied(policy, generation), MANAGER);
            }
        }
    }

    private ObjectNode applied(ObjectNode policy, long generation) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.set("apiVersion", policy.path("apiVersion"));
        out.set("kind", policy.path("kind"));
        out.putObject("metadata").set("name", policy.path("metadata").path("name"));
        ObjectNode status = out.putObject("status").put("observedGeneration", generation);
        ArrayNode warnings = warnings(policy.path("spec"));
        ObjectNode checks = status.putObject("typeChecking");
        if (!warnings.isEmpty()) {
            checks.set("expressionWarnings", warnings);
        }
        return out;
    }

    private ArrayNode warnings(JsonNode spec) {
        ArrayNode warnings = JsonNodeFactory.instance.arrayNode();
        Optional<SchemaType> params = params(spec.path("paramKind"));
        Map<GroupVersionKind, PolicyExpressions> kinds = new TreeMap<>(Comparator.comparing(GroupVersionKind::group)
                .thenComparing(GroupVersionKind::version)
                .thenComparing(GroupVersionKind::kind));
        for (Resource resource : resources(spec.path("matchConstraints"))) {
            type(resource).ifPresent(type -> kinds.put(resource.kind(), expressions(type, params, spec)));
        }
        JsonNode validations = spec.path("validations");
        for (int i = 0; i < validations.size(); i++) {
            for (String field : List.of("expression", "messageExpression")) {
                String mistakes = mistakes(Trees.text(validations.get(i), field), kinds);
                if (!mistakes.isEmpty()) {
                    warnings.addObject()
                            .put("fieldRef", "spec.validations[" + i + "]." + field)
                            .put("warning", mistakes);
                }
            }
        }
        return warnings;
    }

    private static String mistakes(String expression, Map<GroupVersionKind, PolicyExpressions> kinds) {
        if (expression.isEmpty()) {
            return "";
        }
        List<String> all = new ArrayList<>();
        kinds.forEach((kind, expressions) -> {
            String mistakes = expressions.mistakes(expression);
            if (!mistakes.isEmpty()) {
                all.add(kind.group() + "/" + kind.version() + ", Kind=" + kind.kind() + ": " + mistakes + "\n");
            }
        });
        return String.join("\n", all);
    }

    private static PolicyExpressions expressions(SchemaType type, Optional<SchemaType> params, JsonNode spec) {
        PolicyExpressions expressions = PolicyExpressions.typed(type, params);
        for (JsonNode variable : spec.path("variables")) {
            expressions.declare(
                    Trees.text(variable, "name"),
                    expressions.compile(Trees.text(variable, "expression"), PolicyExpressions.ANY));
        }
        return expressions;
    }

    private static Optional<SchemaType> type(Resource resource) {
        return SchemaType.of(
                resource.version().schema().get(), true, resource.kind().kind());
    }

    private Optional<SchemaType> params(JsonNode kind) {
        GroupVersionKind wanted = GroupVersionKind.of(Trees.text(kind, "apiVersion"), Trees.text(kind, "kind"));
        return registry.definitions().stream()
                .filter(d -> d.group().equals(wanted.group()))
                .filter(d -> d.names().kind().equals(wanted.kind()))
                .flatMap(d ->
                        registry.find(d.group(), wanted.version(), d.names().plural()).stream())
                .findFirst()
                .flatMap(PolicyTypeChecks::type);
    }

    /** Those that rules name outright; a rule with an asterisk for its groups or versions is about too many. */
    private Collection<Resource> resources(JsonNode constraints) {
        Map<String, Resource> found = new TreeMap<>();
        for (JsonNode rule : constraints.path("resourceRules")) {
            List<String> groups = sorted(rule.path("apiGroups"));
            List<String> versions = sorted(rule.path("apiVersions"));
            if (groups.toString().contains("*") || versions.toString().contains("*")) {
                continue;
            }
            int count = 0;
            for (String group : groups) {
                for (String version : versions) {
                    for (String plural : sorted(rule.path("resources"))) {
                        Optional<Resource> resource = plural.contains("*") || plural.contains("/")
                                ? Optional.empty()
                                : registry.find(group, version, plural);
                        if (resource.isPresent()) {
                            found.put(group + "/" + version + "/" + plural, resource.get());
                            if (++count == MOST) {
                                return found.values();
                            }
                        }
                    }
                }
            }
        }
        return found.values();
    }

    private static List<String> sorted(JsonNode texts) {
        return Trees.texts(texts).stream().sorted().toList();
    }
}
