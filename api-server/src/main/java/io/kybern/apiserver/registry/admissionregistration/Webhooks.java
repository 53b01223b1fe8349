package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.WebhookClientRules;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code webhooks} of both configurations. */
final class Webhooks {
    private static final int TIMEOUT_SECONDS = 10;
    private static final int MAX_TIMEOUT_SECONDS = 30;
    private static final int HTTPS = 443;

    private Webhooks() {}

    static void applyDefaults(ObjectNode object, boolean mutating) {
        for (ObjectNode hook : Trees.objects(object.path("webhooks"))) {
            Trees.defaultPointer(hook, "failurePolicy", "Fail");
            Trees.defaultPointer(hook, "matchPolicy", "Equivalent");
            Trees.object(hook, "namespaceSelector");
            Trees.object(hook, "objectSelector");
            Trees.defaultNumber(hook, "timeoutSeconds", TIMEOUT_SECONDS);
            if (mutating) {
                Trees.defaultPointer(hook, "reinvocationPolicy", "Never");
            }
            if (hook.path("clientConfig").path("service") instanceof ObjectNode service) {
                Trees.defaultNumber(service, "port", HTTPS);
            }
            MatchRules.applyDefaults(hook.path("rules"));
        }
    }

    static void validate(ObjectNode object, FieldErrors errors) {
        JsonNode hooks = object.path("webhooks");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < hooks.size(); i++) {
            FieldPath path = FieldPath.of("webhooks").index(i);
            hook(hooks.get(i), path, errors);
            reviewVersions(hooks.get(i).path("admissionReviewVersions"), path.child("admissionReviewVersions"), errors);
            String name = Trees.text(hooks.get(i), "name");
            if (!name.isEmpty() && !names.add(name)) {
                errors.duplicate(path.child("name"), name);
            }
        }
    }

    private static void hook(JsonNode hook, FieldPath path, FieldErrors errors) {
        fullyQualifiedName(Trees.text(hook, "name"), path.child("name"), errors);
        MatchRules.validate(hook.path("rules"), path.child("rules"), errors);
        FieldRules.supported(
                path.child("failurePolicy"), hook.path("failurePolicy"), List.of("Fail", "Ignore"), errors);
        FieldRules.supported(
                path.child("matchPolicy"), hook.path("matchPolicy"), List.of("Equivalent", "Exact"), errors);
        if (!hook.path("sideEffects").isTextual()) {
            errors.required(path.child("sideEffects"), "must specify one of None, NoneOnDryRun");
        }
        FieldRules.supported(
                path.child("sideEffects"), hook.path("sideEffects"), List.of("None", "NoneOnDryRun"), errors);
        JsonNode timeout = hook.path("timeoutSeconds");
        if (timeout.isNumber() && (timeout.asLong() < 1 || timeout.asLong() > MAX_TIMEOUT_SECONDS)) {
            errors.invalid(path.child("timeoutSeconds"), timeout, "the timeout value must be between 1 and 30 seconds");
        }
        LabelSelectors.validate(hook.path("namespaceSelector"), path.child("namespaceSelector"), errors);
        LabelSelectors.validate(hook.path("objectSelector"), path.child("objectSelector"), errors);
        FieldRules.supported(
                path.child("reinvocationPolicy"),
                hook.path("reinvocationPolicy"),
                List.of("IfNeeded", "Never"),
                errors);
        client(hook.path("clientConfig"), path.child("clientConfig"), errors);
        MatchRules.conditions(
                hook.path("matchConditions"), path.child("matchConditions"), new PolicyExpressions(false), errors);
    }

    private static void fullyQualifiedName(String name, FieldPath path, FieldErrors errors) {
        List<String> complaints = Names.dnsSubdomain(name);
        if (name.isEmpty()) {
            errors.required(path, "");
        } else if (!complaints.isEmpty()) {
            errors.invalid(path, name, String.join(",", complaints));
        } else if (name.split("\\.", -1).length < 3) {
            errors.invalid(path, name, "should be a domain with at least three segments separated by dots");
        }
    }

    private static void reviewVersions(JsonNode versions, FieldPath path, FieldErrors errors) {
        if (versions.isEmpty()) {
            errors.required(path, "must specify one of v1, v1beta1");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            if (seen.add(version)) {
                errors.invalidEach(path.index(i), version, Names.dns1035Label(version));
            } else {
                errors.invalid(path.index(i), version, "duplicate version");
            }
        }
        if (!seen.contains("v1") && !seen.contains("v1beta1")) {
            errors.invalid(path, versions, "must include at least one of v1, v1beta1");
        }
    }

    private static void client(JsonNode config, FieldPath path, FieldErrors errors) {
        boolean url = config.path("url").isTextual();
        boolean service = config.path("service").isObject();
        if (url == service) {
            errors.required(path, "exactly one of url or service is required");
        } else if (url) {
            WebhookClientRules.url(config.path("url").asText(), path.child("url"), errors);
        } else {
            WebhookClientRules.service(config.path("service"), path.child("service"), "service", errors);
        }
    }
}
