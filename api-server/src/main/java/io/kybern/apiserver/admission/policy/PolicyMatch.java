package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.EquivalentVersions;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.GroupResource;
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
    private final EquivalentVersions versions;

    PolicyMatch(ObjectReader objects, EquivalentVersions versions) {
        this.objects = objects;
        this.versions = versions;
    }

    /** The version of the resource in which the request is seen; empty: it is not. */
    Optional<Resource> match(JsonNode criteria, AdmissionRequest request) {
        if (!criteria.isObject()) {
            return Optional.of(request.endpoint());
        }
        boolean candidate = namespace(criteria.path("namespaceSelector"), request)
                && object(criteria.path("objectSelector"), request)
                && version(criteria, "excludeResourceRules", request).isEmpty();
        if (!candidate) {
            return Optional.empty();
        }
        return criteria.path("resourceRules").isEmpty()
                ? Optional.of(request.endpoint())
                : version(criteria, "resourceRules", request);
    }

    /** That of the request if there is a rule for it, else an equivalent one. */
    private Optional<Resource> version(JsonNode criteria, String rules, AdmissionRequest request) {
        Resource own = request.endpoint();
        for (JsonNode rule : criteria.path(rules)) {
            if (rule(rule, own, request)) {
                return Optional.of(own);
            }
        }
        boolean equivalent = !criteria.path("matchPolicy").asText().equals("Exact");
        if (!equivalent || criteria.path(rules).isEmpty()) {
            return Optional.empty();
        }
        List<Resource> others = versions.of(own);
        for (JsonNode rule : criteria.path(rules)) {
            Optional<Resource> other =
                    others.stream().filter(o -> rule(rule, o, request)).findFirst();
            if (other.isPresent()) {
                return other;
            }
        }
        return Optional.empty();
    }

    private static boolean rule(JsonNode rule, Resource as, AdmissionRequest request) {
        return has(Trees.texts(rule.path("apiVersions")), as.kind().version())
                && has(Trees.texts(rule.path("operations")), request.operation().name())
                && has(Trees.texts(rule.path("apiGroups")), as.kind().group())
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
