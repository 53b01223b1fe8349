package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.policy.CompiledPolicy.Mutation;
import io.kybern.apiserver.admission.policy.Evaluation.FailedException;
import io.kybern.apiserver.admission.policy.Policies.Match;
import io.kybern.apiserver.admission.policy.Policies.Match.Invocation;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.cel.patch.PatchValues;
import io.kybern.crd.cel.patch.PatchValues.UnusableException;
import io.kybern.crd.cel.rule.JsonValues;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.merge.AppliedConfiguration;
import io.kybern.crd.merge.ApplyException;
import io.kybern.crd.patch.JsonPatch;
import io.kybern.crd.patch.PatchException;
import io.kybern.crd.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets the MutatingAdmissionPolicies that are bound to a request change its object, one after the other. If one does, those
 * before it that want to know are asked again in a second round, after all other plugins. What goes wrong refuses the
 * request, unless the policy says otherwise.
 *
 * <p>Source: KEP-3962, {@code apiserver/pkg/admission/plugin/policy/mutating}.
 */
public final class MutatingPolicies implements AdmissionPlugin {
    private final ObjectReader objects;
    private final Authorizer authorizer;
    private final Policies policies;

    public MutatingPolicies(ObjectReader objects, ResourceRegistry registry, Authorizer authorizer) {
        this.objects = objects;
        this.authorizer = authorizer;
        this.policies = new Policies("mutatingadmissionpolicy", objects, registry);
    }

    /** Who has been asked about an object, and who will be again. */
    private static final class Memory {
        private final Set<Key> asked = new HashSet<>();
        private final Set<Key> again = new HashSet<>();
        private ObjectNode lastOutput = JsonNodeFactory.instance.objectNode();

        void objectChanged() {
            again.addAll(asked);
            asked.clear();
        }
    }

    private record Key(String policy, String binding, String param) {
        static Key of(Invocation invocation) {
            JsonNode metadata =
                    invocation.param().<JsonNode>map(p -> p).orElseGet(JsonNodeFactory.instance::objectNode);
            return new Key(
                    invocation.policy().name(),
                    invocation.binding(),
                    metadata.path("metadata").path("namespace").asText("") + "/"
                            + metadata.path("metadata").path("name").asText(""));
        }
    }

    @Override
    public String name() {
        return "MutatingAdmissionPolicy";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return policies.mayConcern(request);
    }

    @Override
    public void admit(AdmissionRequest request) {
        Memory memory = request.rounds().memory(Memory.class, Memory::new);
        boolean second = request.rounds().again();
        if (second && request.object().filter(o -> !o.equals(memory.lastOutput)).isPresent()) {
            memory.objectChanged();
        }
        List<String> errors = new ArrayList<>();
        List<Match> matching = policies.matching(request);
        for (Match match : matching) {
            if (match instanceof Match.Misconfigured bad) {
                note(bad, bad.error(), errors);
            }
        }
        for (Match match : matching) {
            if (match instanceof Invocation invocation) {
                invoke(invocation, request, memory, errors);
            }
        }
        request.object().ifPresent(o -> memory.lastOutput = o.deepCopy());
        if (!errors.isEmpty()) {
            throw denial(request, errors);
        }
    }

    private static void note(Match match, String error, List<String> errors) {
        if (match.policy().fails()) {
            errors.add("policy '" + match.policy().name() + "' with binding '" + match.binding() + "' denied request: "
                    + error);
        }
    }

    private void invoke(Invocation invocation, AdmissionRequest request, Memory memory, List<String> errors) {
        Key key = Key.of(invocation);
        try {
            if (!evaluation(invocation, request).applies()) {
                return;
            }
        } catch (FailedException e) {
            note(invocation, String.valueOf(e.getMessage()), errors);
            return;
        }
        if (request.rounds().again() && !memory.again.contains(key)) {
            return;
        }
        boolean changed = false;
        if (request.object().isPresent()) {
            for (Mutation mutation : invocation.policy().mutations()) {
                try {
                    changed |= mutate(mutation, invocation, request);
                } catch (FailedException | UnusableException e) {
                    note(invocation, String.valueOf(e.getMessage()), errors);
                }
            }
        }
        if (changed) {
            memory.objectChanged();
            request.rounds().wantAnother();
        }
        if (invocation.policy().spec().path("reinvocationPolicy").asText().equals("IfNeeded")) {
            memory.asked.add(key);
        }
    }

    /** Each sees the object as those before it have left it. */
    private Evaluation evaluation(Invocation invocation, AdmissionRequest request) {
        Map<String, Object> variables = PolicyRequest.variables(request, invocation.as(), objects, authorizer);
        variables.put("params", invocation.param().map(JsonValues::untyped).orElse(CelNull.NULL));
        return new Evaluation(invocation.policy(), variables);
    }

    /** Whether the object is another one with the mutation. */
    private boolean mutate(Mutation mutation, Invocation invocation, AdmissionRequest request)
            throws FailedException, UnusableException {
        Object made = evaluation(invocation, request).made(mutation);
        Resource as = invocation.as();
        Optional<ObjectNode> changed = mutation.applies()
                ? Optional.of(applied(PatchValues.applied(made), as, request))
                : patched(JsonPatch.of(PatchValues.operations(made)), as, request);
        return changed.isPresent() && request.replace(as, changed.get());
    }

    private static ObjectNode applied(ObjectNode configuration, Resource as, AdmissionRequest request)
            throws FailedException {
        ObjectNode live = request.shown(as, request.object().orElseThrow());
        configuration.put("kind", request.kind(as).kind());
        configuration.put("apiVersion", request.kind(as).apiVersion());
        Schema schema = as.version().schema().get();
        try {
            ObjectNode merged = AppliedConfiguration.merge(live, configuration, schema);
            return request.codec(as).decode(merged, new ArrayList<>());
        } catch (ApplyException | DecodeException e) {
            throw new FailedException("error applying patch: " + e.getMessage());
        }
    }

    /** The patched object; empty if the patch begins with a test that it does not pass. */
    private static Optional<ObjectNode> patched(JsonPatch patch, Resource as, AdmissionRequest request)
            throws FailedException {
        JsonNode patched;
        try {
            patched = patch.apply((ObjectNode)
                    JsonTree.parse(request.bytes(as, request.object().orElseThrow())));
        } catch (PatchException e) {
            if (String.valueOf(e.getMessage()).endsWith(": test failed")) {
                return Optional.empty();
            }
            throw new FailedException("JSON Patch: " + e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        List<String> strict = new ArrayList<>();
        ObjectNode decoded;
        try {
            decoded = request.codec(as).decode(patched, strict);
        } catch (DecodeException e) {
            throw ApiException.internal(String.valueOf(e.getMessage()));
        }
        if (!strict.isEmpty()) {
            throw ApiException.internal("strict decoding error: " + String.join(", ", strict));
        }
        return Optional.of(decoded);
    }

    private static ApiException denial(AdmissionRequest request, List<String> errors) {
        ObjectNode details = ApiException.details(
                request.resource().group(), request.resource().resource(), request.name());
        errors.forEach(error -> details.withArray("causes").addObject().put("message", error));
        return ApiException.withCode(Reason.INVALID, 403, errors.getFirst(), details);
    }
}
