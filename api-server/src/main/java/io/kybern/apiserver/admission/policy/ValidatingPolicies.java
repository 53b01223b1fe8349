package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.policy.Evaluation.Denial;
import io.kybern.apiserver.admission.policy.Policies.Match;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.cel.rule.JsonValues;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the ValidatingAdmissionPolicies that are bound to a request. The first denial refuses it; a warning is given for
 * each. Without bindings it costs one look at an empty cache.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/policy/validating}.
 */
public final class ValidatingPolicies implements AdmissionPlugin {
    private final ObjectReader objects;
    private final Authorizer authorizer;
    private final Policies policies;

    public ValidatingPolicies(ObjectReader objects, ResourceRegistry registry, Authorizer authorizer) {
        this.objects = objects;
        this.authorizer = authorizer;
        this.policies = new Policies("validatingadmissionpolicy", objects, registry);
    }

    @Override
    public String name() {
        return "ValidatingAdmissionPolicy";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return policies.mayConcern(request);
    }

    @Override
    public void validate(AdmissionRequest request) {
        List<ApiException> denied = new ArrayList<>();
        Map<Resource, Map<String, Object>> seen = new HashMap<>();
        for (Match match : policies.matching(request)) {
            switch (match) {
                case Match.Misconfigured bad -> {
                    if (bad.policy().fails()) {
                        Denial denial = new Denial("Invalid", bad.error());
                        denied.add(denial(bad.policy(), bad.binding(), denial, request));
                    }
                }
                case Match.Invocation invocation -> {
                    Map<String, Object> variables = seen.computeIfAbsent(
                            invocation.as(), as -> PolicyRequest.variables(request, as, objects, authorizer));
                    variables.put(
                            "params",
                            invocation.param().map(JsonValues::untyped).orElse(CelNull.NULL));
                    for (Denial denial : new Evaluation(invocation.policy(), variables).denials()) {
                        List<String> actions = Trees.texts(invocation.spec().path("validationActions"));
                        act(invocation.policy(), invocation.binding(), actions, denial, request, denied);
                    }
                }
            }
        }
        if (!denied.isEmpty()) {
            throw denied.getFirst();
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
