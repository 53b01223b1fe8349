package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Scope;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Optional;

/**
 * Which requests a policy ({@code matchConstraints}) or binding ({@code matchResources}) sees.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/policy/matching}.
 */
final class PolicyMatch {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final ObjectReader objects;

    PolicyMatch(ObjectReader objects) {
        this.objects = objects;
    }

    boolean matches(JsonNode criteria, AdmissionRequest request) {
        if (!criteria.isObject()) {
            return true;
        }
        boolean anyRule = criteria.path("resourceRules").isEmpty() || rule(criteria, "resourceRules", request);
        return anyRule
                && !rule(criteria, "excludeResourceRules", request)
                && namespace(criteria.path("namespaceSelector"), request)
                && object(criteria.path("objectSelector"), request);
    }

    private static boolean rule(JsonNode criteria, String rules, AdmissionRequest request) {
        boolean equivalent = !criteria.path("matchPolicy").asText().equals("Exact");
        for (JsonNode rule : criteria.path(rules)) {
            if (rule(rule, equivalent, request)) {
                return true;
            }
        }
        return false;
    }

    private static boolean rule(JsonNode rule, boolean equivalent, AdmissionRequest request) {
        ResourceDefinition definition = request.endpoint().definition();
        List<String> versions = Trees.texts(rule.path("apiVersions"));
        boolean version = has(versions, request.endpoint().version().name())
                || (equivalent && definition.versions().stream().anyMatch(v -> versions.contains(v.name())));
        return version
                && has(Trees.texts(rule.path("operations")), request.operation().name())
                && has(Trees.texts(rule.path("apiGroups")), definition.group())
                && scope(rule.path("scope").asText("*"), request)
                && resource(Trees.texts(rule.path("resources")), request)
                && name(Trees.texts(rule.path("resourceNames")), request);
    }

    private static boolean has(List<String> values, String value) {
        return values.contains("*") || values.contains(value);
    }

    private static boolean scope(String scope, AdmissionRequest request) {
        boolean namespaced = request.endpoint().definition().scope() == Scope.NAMESPACED;
        return switch (scope) {
            case "Namespaced" -> namespaced;
            case "Cluster" -> !namespaced;
            default -> true;
        };
    }

    private static boolean resource(List<String> resources, AdmissionRequest request) {
        String plural = request.resource().resource();
        String sub = request.subresource();
        for (String wanted : resources) {
            int slash = wanted.indexOf('/');
            String resource = slash < 0 ? wanted : wanted.substring(0, slash);
            String subresource = slash < 0 ? "" : wanted.substring(slash + 1);
            boolean subMatches = subresource.equals(sub) || subresource.equals("*");
            if ((resource.equals("*") || resource.equals(plural)) && subMatches) {
                return true;
            }
        }
        return false;
    }

    private static boolean name(List<String> names, AdmissionRequest request) {
        return names.isEmpty() || names.contains(request.name());
    }

    private boolean namespace(JsonNode selector, AdmissionRequest request) {
        if (LabelSelectors.isEmpty(selector)) {
            return true;
        }
        if (request.resource().equals(NAMESPACES)) {
            return LabelSelectors.matches(selector, labels(request.object().or(request::oldObject)));
        }
        return request.namespace().isEmpty()
                || LabelSelectors.matches(selector, labels(objects.get(NAMESPACES, "", request.namespace())));
    }

    private static boolean object(JsonNode selector, AdmissionRequest request) {
        return LabelSelectors.isEmpty(selector)
                || (request.object().isPresent() && LabelSelectors.matches(selector, labels(request.object())))
                || (request.oldObject().isPresent() && LabelSelectors.matches(selector, labels(request.oldObject())));
    }

    private static JsonNode labels(Optional<ObjectNode> object) {
        return object.map(o -> o.path("metadata").path("labels")).orElse(MissingNode.getInstance());
    }
}
