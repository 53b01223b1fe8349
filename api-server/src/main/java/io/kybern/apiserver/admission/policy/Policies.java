package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.EquivalentVersions;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.policy.PolicyParams.ConfigurationException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The policies of one kind: which of them are bound to a request, and with which parameters.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/policy/generic}.
 */
final class Policies {
    private static final String GROUP = "admissionregistration.k8s.io";

    /** What policies can't lock themselves out of, and what is never stored. */
    private static final Set<GroupResource> EXCLUDED = Set.of(
            new GroupResource(GROUP, "validatingadmissionpolicies"),
            new GroupResource(GROUP, "validatingadmissionpolicybindings"),
            new GroupResource(GROUP, "mutatingadmissionpolicies"),
            new GroupResource(GROUP, "mutatingadmissionpolicybindings"),
            new GroupResource("authentication.k8s.io", "selfsubjectreviews"),
            new GroupResource("authentication.k8s.io", "tokenreviews"),
            new GroupResource("authorization.k8s.io", "localsubjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "selfsubjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "selfsubjectrulesreviews"),
            new GroupResource("authorization.k8s.io", "subjectaccessreviews"));

    private final GroupResource policies;
    private final GroupResource bindings;
    private final ObjectReader objects;
    private final PolicyMatch match;
    private final PolicyParams params;

    /** By name; replaced when a policy has another generation. */
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    private record Compiled(String version, CompiledPolicy policy) {}

    /** A binding that concerns a request. */
    sealed interface Match {
        CompiledPolicy policy();

        String binding();

        /**
         * The policy is to be asked.
         *
         * @param as the version of the resource in which it sees the object
         * @param param empty: it has none
         */
        record Invocation(CompiledPolicy policy, String binding, JsonNode spec, Resource as, Optional<ObjectNode> param)
                implements Match {}

        /** It can't be asked. */
        record Misconfigured(CompiledPolicy policy, String binding, JsonNode spec, String error) implements Match {}
    }

    /** @param prefix {@code validatingadmissionpolicy}, without the ending of the plural */
    Policies(String prefix, ObjectReader objects, ResourceRegistry registry) {
        this.policies = new GroupResource(GROUP, prefix.replaceFirst("y$", "ies"));
        this.bindings = new GroupResource(GROUP, prefix + "bindings");
        this.objects = objects;
        this.match = new PolicyMatch(objects, new EquivalentVersions(registry));
        this.params = new PolicyParams(objects, registry);
    }

    /** Whether it is worth a look; without bindings it costs one at an empty cache. */
    boolean mayConcern(AdmissionRequest request) {
        return !EXCLUDED.contains(request.resource()) && !objects.isEmpty(bindings, "");
    }

    /** In the order of the policies' names, then the bindings'. */
    List<Match> matching(AdmissionRequest request) {
        List<Match> out = new ArrayList<>();
        for (ObjectNode policy : objects.list(policies, "")) {
            String name = policy.path("metadata").path("name").asText();
            List<ObjectNode> bound = objects.list(bindings, "").stream()
                    .filter(b -> b.path("spec").path("policyName").asText().equals(name))
                    .filter(b -> match.match(b.path("spec").path("matchResources"), request)
                            .isPresent())
                    .toList();
            if (!bound.isEmpty()) {
                match.match(policy.path("spec").path("matchConstraints"), request)
                        .ifPresent(as -> bound.forEach(b -> add(compiled(name, policy), b, as, request, out)));
            }
        }
        return out;
    }

    private void add(
            CompiledPolicy policy, ObjectNode binding, Resource as, AdmissionRequest request, List<Match> out) {
        JsonNode spec = binding.path("spec");
        String name = binding.path("metadata").path("name").asText();
        try {
            for (Optional<ObjectNode> param : params.of(policy.spec(), spec, request.namespace())) {
                out.add(new Match.Invocation(policy, name, spec, as, param));
            }
        } catch (ConfigurationException e) {
            out.add(new Match.Misconfigured(policy, name, spec, "failed to configure binding: " + e.getMessage()));
        }
    }

    private CompiledPolicy compiled(String name, ObjectNode policy) {
        JsonNode metadata = policy.path("metadata");
        String version = metadata.path("uid").asText() + "/"
                + metadata.path("generation").asText();
        Compiled known = compiled.get(name);
        if (known == null || !known.version().equals(version)) {
            compiled.keySet().removeIf(n -> objects.get(policies, "", n).isEmpty());
            known = new Compiled(version, CompiledPolicy.of(policy));
            compiled.put(name, known);
        }
        return known.policy();
    }
}
