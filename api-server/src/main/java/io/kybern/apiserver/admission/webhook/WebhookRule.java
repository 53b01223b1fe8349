package io.kybern.apiserver.admission.webhook;

import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.registry.Resource;
import java.util.List;

/** Which requests a webhook is for. */
record WebhookRule(
        String scope, List<String> operations, List<String> groups, List<String> versions, List<String> resources) {
    static WebhookRule of(ObjectNode rule) {
        return new WebhookRule(
                text(rule, "scope"),
                texts(rule.path("operations")),
                texts(rule.path("apiGroups")),
                texts(rule.path("apiVersions")),
                texts(rule.path("resources")));
    }

    /** Whether the request is one of those, seen as one for this version of its resource. */
    boolean matches(AdmissionRequest request, Resource as) {
        boolean namespaced = as.definition().namespaced();
        boolean inScope = switch (scope) {
            case "Namespaced" -> namespaced;
            case "Cluster" -> !namespaced;
            default -> true;
        };
        return inScope
                && any(operations, request.operation().name())
                && any(groups, as.kind().group())
                && any(versions, as.kind().version())
                && resources.stream()
                        .anyMatch(r -> matches(r, as.groupResource().resource(), request.subresource()));
    }

    private static boolean any(List<String> items, String value) {
        return items.contains("*") || items.contains(value);
    }

    private static boolean matches(String pattern, String resource, String subresource) {
        int slash = pattern.indexOf('/');
        String first = slash < 0 ? pattern : pattern.substring(0, slash);
        String second = slash < 0 ? "" : pattern.substring(slash + 1);
        return (first.equals("*") || first.equals(resource)) && (second.equals("*") || second.equals(subresource));
    }
}
