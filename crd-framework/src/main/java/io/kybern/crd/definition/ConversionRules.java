package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.WebhookClientRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a definition says of how objects of one version become those of another. */
final class ConversionRules {
    private final FieldErrors errors;

    ConversionRules(FieldErrors errors) {
        this.errors = errors;
    }

    /** @param before the spec that is updated; missing on creation */
    void check(JsonNode conversion, JsonNode before, FieldPath path) {
        if (!conversion.isObject()) {
            return;
        }
        OneOf.check(conversion.path("strategy"), path.child("strategy"), List.of("None", "Webhook"), errors);
        JsonNode client = conversion.path("webhook").path("clientConfig");
        JsonNode reviews = conversion.path("webhook").path("conversionReviewVersions");
        FieldPath clientPath = path.child("webhookClientConfig");
        if (!conversion.path("strategy").asText().equals("Webhook")) {
            if (client.isObject()) {
                errors.forbidden(clientPath, "should not be set when strategy is not set to Webhook");
            }
            if (!reviews.isEmpty()) {
                errors.forbidden(
                        path.child("conversionReviewVersions"),
                        "should not be set when strategy is not set to Webhook");
            }
            return;
        }
        if (!client.isObject()) {
            errors.required(clientPath, "required when strategy is set to Webhook");
        } else if (client.has("url") == client.has("service")) {
            errors.required(clientPath, "exactly one of url or service is required");
        } else if (client.has("url")) {
            WebhookClientRules.url(client.path("url").asText(), clientPath.child("url"), errors);
        } else {
            WebhookClientRules.service(client.path("service"), clientPath.child("service"), "", errors);
        }
        caBundle(client.path("caBundle").asText(""), before, clientPath.child("caBundle"));
        reviewVersions(reviews, path.child("conversionReviewVersions"));
    }

    /** A bundle that can't be used is not let in where there was a good one: before, only establishing waits for it. */
    private void caBundle(String bundle, JsonNode before, FieldPath path) {
        String former = before.at("/conversion/webhook/clientConfig/caBundle").asText("");
        boolean lenient = !before.isObject()
                || !former.isEmpty()
                        && WebhookClientRules.caBundleProblem(former).isPresent();
        if (!bundle.isEmpty() && !lenient) {
            WebhookClientRules.caBundleProblem(bundle).ifPresent(why -> errors.invalid(path, bundle, why));
        }
    }

    private void reviewVersions(JsonNode versions, FieldPath path) {
        if (versions.isEmpty()) {
            errors.required(path, "");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            if (!seen.add(version)) {
                errors.invalid(path.index(i), version, "duplicate version");
            } else {
                for (String complaint : Names.dns1035Label(version)) {
                    errors.invalid(path.index(i), version, complaint);
                }
            }
        }
        if (!seen.contains("v1") && !seen.contains("v1beta1")) {
            errors.invalid(path, versions, "must include at least one of v1, v1beta1");
        }
    }
}
