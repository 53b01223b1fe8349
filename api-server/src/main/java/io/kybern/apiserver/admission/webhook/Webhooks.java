package io.kybern.apiserver.admission.webhook;

import static io.kybern.crd.resource.Trees.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.admission.EquivalentVersions;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.selector.LabelSelector;
import io.kybern.crd.resource.GroupResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The webhooks of one kind of configuration, and which of them are called for a request. */
final class Webhooks {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final String GROUP = "admissionregistration.k8s.io";
    /** Who configures admission is not stopped by it. */
    private static final Set<String> EXEMPT = Set.of(
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings");

    private final GroupResource kind;
    private final Resource configurations;
    private final EquivalentVersions versions;
    private final ObjectReader objects;
    private final MatchConditions conditions;
    private volatile Known known = new Known(-1, List.of());

    /** Webhooks as they were after so many changes. */
    private record Known(long version, List<Webhook> webhooks) {}

    /** A webhook to be called, and the version of the resource in which it sees the object. */
    record Invocation(Webhook webhook, Resource as) {}

    Webhooks(String plural, ResourceRegistry registry, ObjectReader objects, MatchConditions conditions) {
        this.kind = new GroupResource(GROUP, plural);
        this.configurations = registry.stored(kind).orElseThrow();
        this.versions = new EquivalentVersions(registry);
        this.objects = objects;
        this.conditions = conditions;
    }

    static boolean isExempt(AdmissionRequest request) {
        return request.resource().group().equals(GROUP)
                && EXEMPT.contains(request.resource().resource());
    }

    List<Webhook> all() {
        long version = configurations.store().lastChange().value();
        Known now = known;
        if (now.version() != version) {
            now = new Known(version, Webhook.of(objects.list(kind, "")));
            known = now;
        }
        return now.webhooks();
    }

    /**
     * How the webhook is called for this request; empty if it is not.
     *
     * @throws ApiException if that can't be told
     */
    Optional<Invocation> invocation(Webhook webhook, AdmissionRequest request) {
        if (!matchesObject(webhook.objects(), request)) {
            return Optional.empty();
        }
        Optional<Resource> as = version(webhook, request);
        if (as.isEmpty() || !matchesNamespace(webhook.namespaces(), request)) {
            return Optional.empty();
        }
        if (!webhook.matchConditions().isEmpty()
                && !conditions.hold(webhook.matchConditions(), !webhook.ignoresFailures(), request, as.get())) {
            return Optional.empty();
        }
        return Optional.of(new Invocation(webhook, as.get()));
    }

    /** The version of the resource for which there is a rule: that of the request, else an equivalent one. */
    private Optional<Resource> version(Webhook webhook, AdmissionRequest request) {
        Resource own = request.endpoint();
        if (webhook.rules().stream().anyMatch(r -> r.matches(request, own))) {
            return Optional.of(own);
        }
        if (!webhook.equivalent() || webhook.rules().isEmpty()) {
            return Optional.empty();
        }
        List<Resource> others = versions.of(own);
        return webhook.rules().stream()
                .flatMap(rule -> others.stream().filter(other -> rule.matches(request, other)))
                .findFirst();
    }

    private boolean matchesNamespace(LabelSelector selector, AdmissionRequest request) {
        boolean namespace = request.resource().equals(NAMESPACES);
        if (selector.requirements().isEmpty() || request.namespace().isEmpty() && !namespace) {
            return true;
        }
        if (namespace
                && request.operation() != Operation.DELETE
                && request.subresource().isEmpty()) {
            return selector.matches(labels(request.object().orElseThrow()));
        }
        String name = namespace ? request.name() : request.namespace();
        return selector.matches(
                labels(objects.get(NAMESPACES, "", name).orElseThrow(() -> ApiException.notFound(NAMESPACES, name))));
    }

    private static boolean matchesObject(LabelSelector selector, AdmissionRequest request) {
        return selector.requirements().isEmpty()
                || request.object().filter(o -> selector.matches(labels(o))).isPresent()
                || request.oldObject().filter(o -> selector.matches(labels(o))).isPresent();
    }

    private static Map<String, String> labels(ObjectNode object) {
        Map<String, String> out = new HashMap<>();
        JsonNode labels = at(object, "metadata", "labels");
        (labels.isObject() ? labels : JsonNodeFactory.instance.objectNode())
                .properties()
                .forEach(e -> out.put(e.getKey(), e.getValue().asText()));
        return out;
    }
}
