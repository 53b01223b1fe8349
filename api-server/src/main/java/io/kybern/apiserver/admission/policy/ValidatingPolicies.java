package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.policy.Evaluation.Denial;
import io.kybern.apiserver.admission.policy.PolicyParams.ConfigurationException;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.cel.rule.JsonValues;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the ValidatingAdmissionPolicies that are bound to a request. The first denial refuses it; a warning is given for
 * each. Without bindings it costs one look at an empty cache.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/policy/validating}.
 */
public final class ValidatingPolicies implements AdmissionPlugin {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final GroupResource POLICIES = new GroupResource(GROUP, "validatingadmissionpolicies");
    private static final GroupResource BINDINGS = new GroupResource(GROUP, "validatingadmissionpolicybindings");

    /** What policies can't lock themselves out of, and what is never stored. */
    private static final Set<GroupResource> EXCLUDED = Set.of(
            POLICIES,
            BINDINGS,
            new GroupResource(GROUP, "mutatingadmissionpolicies"),
            new GroupResource(GROUP, "mutatingadmissionpolicybindings"),
            new GroupResource("authentication.k8s.io", "selfsubjectreviews"),
            new GroupResource("authentication.k8s.io", "tokenreviews"),
            new GroupResource("authorization.k8s.io", "localsubjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "selfsubjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "selfsubjectrulesreviews"),
            new GroupResource("authorization.k8s.io", "subjectaccessreviews"));

    private final ObjectReader objects;
    private final Authorizer authorizer;
    private final PolicyMatch match;
    private final PolicyParams params;

    /** By name; replaced when a policy has another generation. */
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    private record Compiled(String version, CompiledPolicy policy) {}

    public ValidatingPolicies(ObjectReader objects, ResourceRegistry registry, Authorizer authorizer) {
        this.objects = objects;
        this.authorizer = authorizer;
        this.match = new PolicyMatch(objects);
        this.params = new PolicyParams(objects, registry);
    }

    @Override
    public String name() {
        return "ValidatingAdmissionPolicy";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return !EXCLUDED.contains(request.resource())
                && !objects.list(BINDINGS, "").isEmpty();
    }

    @Override
    public void validate(AdmissionRequest request) {
        List<ApiException> denied = new ArrayList<>();
        Map<String, Object> variables = new HashMap<>();
        for (ObjectNode policy : objects.list(POLICIES, "")) {
            String name = policy.path("metadata").path("name").asText();
            List<ObjectNode> bindings = objects.list(BINDINGS, "").stream()
                    .filter(b -> b.path("spec").path("policyName").asText().equals(name))
                    .filter(b -> match.matches(b.path("spec").path("matchResources"), request))
                    .toList();
            if (bindings.isEmpty() || !match.matches(policy.path("spec").path("matchConstraints"), request)) {
                continue;
            }
            if (variables.isEmpty()) {
                variables.putAll(PolicyRequest.variables(request, objects, authorizer));
            }
            CompiledPolicy ready = compiled(name, policy);
            for (ObjectNode binding : bindings) {
                apply(ready, binding, request, variables, denied);
            }
        }
        if (!denied.isEmpty()) {
            throw denied.getFirst();
        }
    }

    private CompiledPolicy compiled(String name, ObjectNode policy) {
        JsonNode metadata = policy.path("metadata");
        String version = metadata.path("uid").asText() + "/"
                + metadata.path("generation").asText();
        Compiled known = compiled.get(name);
        if (known == null || !known.version().equals(version)) {
            compiled.keySet().removeIf(n -> objects.get(POLICIES, "", n).isEmpty());
            known = new Compiled(version, CompiledPolicy.of(policy));
            compiled.put(name, known);
        }
        return known.policy();
    }

    private void apply(
            CompiledPolicy policy,
            ObjectNode binding,
            AdmissionRequest request,
            Map<String, Object> variables,
            List<ApiException> denied) {
        JsonNode spec = binding.path("spec");
        String name = binding.path("metadata").path("name").asText();
        try {
            for (Optional<ObjectNode> param : params.of(policy.spec(), spec, request.namespace())) {
                variables.put("params", param.map(JsonValues::untyped).orElse(CelNull.NULL));
                for (Denial denial : new Evaluation(policy, variables).denials()) {
                    act(policy, name, Trees.texts(spec.path("validationActions")), denial, request, denied);
                }
            }
        } catch (ConfigurationException e) {
            if (policy.fails()) {
                Denial denial = new Denial("Invalid", "failed to configure binding: " + e.getMessage());
                denied.add(denial(policy, name, denial, request));
            }
        }
    }

    private static void act(
            CompiledPolicy policy,
            String binding,
            List<String> actions,
            Denial denial,
            AdmissionRequest request,
            List<ApiException> denied) {
        if (actions.contains("Deny")) {
            denied.add(denial(policy, binding, denial, request));
        }
        if (actions.contains("Warn")) {
            request.warnings()
                    .accept("Validation failed for ValidatingAdmissionPolicy '" + policy.name() + "' with binding '"
                            + binding + "': " + denial.message());
        }
    }

    private static ApiException denial(CompiledPolicy policy, String binding, Denial denial, AdmissionRequest request) {
        String message = "ValidatingAdmissionPolicy '" + policy.name() + "' with binding '" + binding
                + "' denied request: " + denial.message();
        ObjectNode details = ApiException.details(
                request.resource().group(), request.resource().resource(), request.name());
        details.putArray("causes").addObject().put("message", message);
        Reason reason = switch (denial.reason()) {
            case "Forbidden" -> Reason.FORBIDDEN;
            case "Unauthorized" -> Reason.UNAUTHORIZED;
            case "RequestEntityTooLarge" -> Reason.REQUEST_ENTITY_TOO_LARGE;
            default -> Reason.INVALID;
        };
        String whole = String.valueOf(ApiException.forbidden(request.resource(), request.name(), message)
                .getMessage());
        return ApiException.withDetails(reason, whole, details);
    }
}
