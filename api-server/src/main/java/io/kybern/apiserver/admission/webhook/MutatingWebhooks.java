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
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.patch.JsonPatch;
import io.kybern.crd.patch.PatchException;
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
        Optional<byte[]> patch = caller.call(invocation, request, seen.object(), seen.oldObject())
                .map(Verdict::patch)
                .filter(p -> p.length > 0);
        if (patch.isEmpty()) {
            return false;
        }
        JsonNode operations = operations(patch.get(), invocation.webhook());
        if (operations.isEmpty()) {
            return false;
        }
        if (request.object().isEmpty()) {
            throw ApiException.internal("admission webhook "
                    + FieldErrors.quote(invocation.webhook().name())
                    + " attempted to modify the object, which is not supported for this operation");
        }
        return request.replace(
                invocation.as(), patched(request, invocation.as(), seen.object().orElseThrow(), operations));
    }

    private static JsonNode operations(byte[] patch, Webhook webhook) {
        try {
            return JsonTree.parse(patch);
        } catch (IOException e) {
            throw ApiException.internal("failed calling webhook " + FieldErrors.quote(webhook.name())
                    + ": received undecodable patch in webhook response: " + e.getMessage());
        }
    }

    private static ObjectNode patched(AdmissionRequest request, Resource as, byte[] object, JsonNode operations) {
        try {
            ObjectNode shown = (ObjectNode) JsonTree.parse(object);
            JsonNode patched = JsonPatch.of(operations).apply(shown);
            return request.codec(as).decode(patched, new ArrayList<>());
        } catch (PatchException | DecodeException | IOException e) {
            throw ApiException.internal(String.valueOf(e.getMessage()));
        }
    }
}
