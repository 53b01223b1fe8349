package io.kybern.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.webhook.Review.Verdict;
import io.kybern.apiserver.admission.webhook.Webhooks.Invocation;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.crd.field.FieldErrors;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Calls one webhook, and makes of its failure or refusal what the client is told. */
final class WebhookCaller {
    private static final Logger LOG = Logger.getLogger(WebhookCaller.class.getName());

    private final WebhookTransport transport;
    private final boolean mutating;

    WebhookCaller(WebhookTransport transport, boolean mutating) {
        this.transport = transport;
        this.mutating = mutating;
    }

    /**
     * Asks the webhook.
     *
     * @return its verdict if it lets the request pass; empty if it could not be asked and that does not matter
     * @throws ApiException if it refuses, or could not be asked
     */
    Optional<Verdict> call(
            Invocation invocation, AdmissionRequest request, Optional<byte[]> object, Optional<byte[]> oldObject) {
        Webhook webhook = invocation.webhook();
        if (request.dryRun() && webhook.hasSideEffects()) {
            throw ApiException.badRequest(
                    "admission webhook " + FieldErrors.quote(webhook.name()) + " does not support dry run");
        }
        Verdict verdict;
        try {
            Review review =
                    Review.of(UUID.randomUUID().toString(), webhook, request, invocation.as(), object, oldObject);
            verdict = review.verdict(transport.post(webhook, review.body()), mutating);
        } catch (WebhookFailure e) {
            String message = "failed calling webhook " + FieldErrors.quote(webhook.name()) + ": " + e.text();
            if (webhook.ignoresFailures()) {
                LOG.log(Level.WARNING, "passed over: {0}", message);
                return Optional.empty();
            }
            throw ApiException.internal(message);
        }
        verdict.warnings().forEach(request.warnings());
        if (!verdict.allowed()) {
            throw refusal(webhook, verdict);
        }
        return Optional.of(verdict);
    }

    private static ApiException refusal(Webhook webhook, Verdict verdict) {
        ObjectNode status = verdict.status().orElseGet(JsonNodeFactory.instance::objectNode);
        String reason = status.path("reason").asText("");
        String why = status.path("message").asText(reason);
        String message = "admission webhook " + FieldErrors.quote(webhook.name()) + " denied the request"
                + (why.isEmpty() ? " without explanation" : ": " + why);
        int code = Math.max(400, status.path("code").asInt(400));
        ObjectNode details = status.get("details") instanceof ObjectNode sent ? sent : null;
        return ApiException.withCode(Reason.of(reason), code, message, details).withReasonText(reason);
    }
}
