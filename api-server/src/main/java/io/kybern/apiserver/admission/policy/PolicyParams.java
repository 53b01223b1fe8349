package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Scope;
import java.util.List;
import java.util.Optional;

/** The objects that a binding gives to a policy as parameters. */
final class PolicyParams {
    private final ObjectReader objects;
    private final ResourceRegistry registry;

    PolicyParams(ObjectReader objects, ResourceRegistry registry) {
        this.objects = objects;
        this.registry = registry;
    }

    /** A binding that can't be used as it is. */
    static final class ConfigurationException extends Exception {
        private static final long serialVersionUID = 1;

        ConfigurationException(String message) {
            super(message, null, false, false);
        }
    }

    /** One evaluation for each of the answer: empty stands for the one of a policy without parameters. */
    List<Optional<ObjectNode>> of(JsonNode policy, JsonNode binding, String namespace) throws ConfigurationException {
        JsonNode kind = policy.path("paramKind");
        JsonNode reference = binding.path("paramRef");
        if (!kind.isObject() || !reference.isObject()) {
            return List.of(Optional.empty());
        }
        GroupVersionKind wanted = GroupVersionKind.of(
                kind.path("apiVersion").asText(), kind.path("kind").asText());
        ResourceDefinition definition = registry.definitions().stream()
                .filter(d -> d.group().equals(wanted.group()))
                .filter(d -> d.names().kind().equals(wanted.kind()))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "paramKind kind `" + wanted.apiVersion() + ", Kind=" + wanted.kind() + "` not known"));
        List<Optional<ObjectNode>> found = find(definition, reference, namespace);
        if (found.isEmpty()
                && reference.path("parameterNotFoundAction").asText().equals("Deny")) {
            throw new ConfigurationException("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private List<Optional<ObjectNode>> find(ResourceDefinition definition, JsonNode reference, String namespace)
            throws ConfigurationException {
        String given = reference.path("namespace").asText("");
        boolean namespaced = definition.scope() == Scope.NAMESPACED;
        if (!namespaced && !given.isEmpty()) {
            throw new ConfigurationException(
                    "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        }
        String where = !namespaced ? "" : given.isEmpty() ? namespace : given;
        if (namespaced && where.isEmpty()) {
            throw new ConfigurationException(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        }
        String name = reference.path("name").asText("");
        if (!name.isEmpty()) {
            return objects.get(definition.groupResource(), where, name)
                    .map(o -> List.of(Optional.of(o)))
                    .orElse(List.of());
        }
        return objects.list(definition.groupResource(), where).stream()
                .filter(o -> LabelSelectors.matches(
                        reference.path("selector"), o.path("metadata").path("labels")))
                .map(Optional::of)
                .toList();
    }
}
