package io.kybern.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.webhook.Review.Verdict;
import io.kybern.apiserver.admission.webhook.ValidatingWebhooks.Shown;
import io.kybern.apiserver.admission.webhook.Webhooks.Invocation;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.webhook.ReviewDecoder;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonSyntax;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.patch.JsonPatch;
import io.kybern.crd.patch.PatchException;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the webhooks that may change an object, one after the other. If one does, those before it that want to know are
 * asked again in a second round, after all other plugins.
 */
public final class MutatingWebhooks implements AdmissionPlugin {
    private final Webhooks webhooks;
    private final WebhookCaller caller;

    public MutatingWebhooks(
            ResourceRegistry registry, ObjectReader objects, MatchConditions conditions, WebhookTransport transport) {
        this.webhooks = new Webhooks("mutatingwebhookconfigurations", registry, objects, conditions);
        this.caller = new WebhookCaller(transport, true);
    }

    /** Who has been asked about an object, and who will be again. */
    private static final class Memory {
        private final Set<String> asked = new HashSet<>();
        private final Set<String> again = new HashSet<>();
        private ObjectNode lastOutput = JsonNodeFactory.instance.objectNode();

        void objectChanged() {
            again.addAll(asked);
            asked.clear();
        }
    }

    @Override
    public String name() {
        return "MutatingAdmissionWebhook";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return !webhooks.all().isEmpty() && !Webhooks.isExempt(request);
    }

    @Override
    public void admit(AdmissionRequest request) {
        Memory memory = request.rounds().memory(Memory.class, Memory::new);
        boolean second = request.rounds().again();
        if (second && request.object().filter(o -> !o.equals(memory.lastOutput)).isPresent()) {
            memory.objectChanged();
        }
        for (Webhook webhook : webhooks.all()) {
            Optional<Invocation> invocation = second && !memory.again.contains(webhook.id())
                    ? Optional.empty()
                    : webhooks.invocation(webhook, request);
            if (invocation.isPresent()) {
                if (changes(invocation.get(), request)) {
                    memory.objectChanged();
                    request.rounds().wantAnother();
                }
                if (webhook.reinvoked()) {
                    memory.asked.add(webhook.id());
                }
            }
        }
        request.object().ifPresent(o -> memory.lastOutput = o.deepCopy());
    }

    /** Asks one webhook; whether it has changed the object. */
    private boolean changes(Invocation invocation, AdmissionRequest request) {
        Shown seen = Shown.of(request, invocation.as());
        Optional<Verdict> verdict = caller.call(invocation, request, seen.object(), seen.oldObject())
                .filter(answered -> answered.patch().length > 0);
        if (verdict.isEmpty()) {
            return false;
        }
        JsonNode operations = operations(verdict.get().patch(), invocation.webhook());
        if (operations.isEmpty()) {
            return false;
        }
        if (request.object().isEmpty()) {
            throw ApiException.internal("admission webhook "
                    + FieldErrors.quote(invocation.webhook().name())
                    + " attempted to modify the object, which is not supported for this operation");
        }
        if (!verdict.get().patchType().equals(Review.JSON_PATCH)) {
            throw ApiException.internal(failed(invocation.webhook()) + "unsupported patch type "
                    + FieldErrors.quote(verdict.get().patchType()));
        }
        return request.replace(
                invocation.as(), patched(request, invocation.as(), seen.object().orElseThrow(), operations));
    }

    private static String failed(Webhook webhook) {
        return "failed calling webhook " + FieldErrors.quote(webhook.name()) + ": ";
    }

    /** The operations of a patch, of which null has none. */
    private static JsonNode operations(byte[] patch, Webhook webhook) {
        String undecodable = failed(webhook) + "received undecodable patch in webhook response: ";
        JsonNode operations;
        try {
            operations = JsonTree.parse(patch);
        } catch (IOException e) {
            throw ApiException.internal(undecodable + JsonSyntax.error(patch).orElse(String.valueOf(e.getMessage())));
        }
        if (!operations.isArray() && !operations.isNull()) {
            throw ApiException.internal(undecodable + "json: cannot unmarshal " + ReviewDecoder.word(operations)
                    + " into Go value of type jsonpatch.Patch");
        }
        for (JsonNode operation : operations) {
            if (!operation.isObject() && !operation.isNull()) {
                throw ApiException.internal(undecodable + "json: cannot unmarshal " + ReviewDecoder.word(operation)
                        + " into Go value of type jsonpatch.Operation");
            }
        }
        return operations;
    }

    private static ObjectNode patched(AdmissionRequest request, Resource as, byte[] object, JsonNode operations) {
        try {
            ObjectNode shown = (ObjectNode) JsonTree.parse(object);
            JsonNode patched = JsonPatch.of(operations).apply(shown);
            if (patched instanceof ObjectNode result && !as.definition().custom()) {
                checkKind(result, request.kind(as));
            }
            return request.codec(as).decode(patched, new ArrayList<>());
        } catch (PatchException | DecodeException | IOException e) {
            throw ApiException.internal(String.valueOf(e.getMessage()));
        }
    }

    /** A patch may not make another kind of a built-in one; what it takes away is as it was. */
    private static void checkKind(ObjectNode patched, GroupVersionKind expected) {
        String apiVersion = patched.path("apiVersion").asText("");
        String kind = patched.path("kind").asText("");
        if (apiVersion.isEmpty()) {
            patched.put("apiVersion", expected.apiVersion());
        }
        if (kind.isEmpty()) {
            patched.put("kind", expected.kind());
        }
        GroupVersionKind made = GroupVersionKind.of(
                patched.path("apiVersion").asText(), patched.path("kind").asText());
        if (made.equals(expected)) {
            return;
        }
        if (WireTypes.builtin().ofKind(made).isEmpty()) {
            throw ApiException.internal("no kind " + FieldErrors.quote(made.kind()) + " is registered for version "
                    + FieldErrors.quote(made.apiVersion()) + " in scheme \"pkg/runtime/scheme.go:111\"");
        }
        throw ApiException.of(
                Reason.UNKNOWN,
                "converting (" + made.version() + "." + made.kind() + ") to (" + internalPackage(expected) + "."
                        + expected.kind() + "): unknown conversion");
    }

    /** The Go package of a group's internal types. */
    private static String internalPackage(GroupVersionKind kind) {
        return kind.group().isEmpty() ? "core" : kind.group().split("\\.")[0];
    }
}
