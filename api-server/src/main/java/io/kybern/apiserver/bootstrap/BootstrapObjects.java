package io.kybern.apiserver.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects that Kubernetes 1.36 makes at its first start, in the order in which they can be written: namespaces,
 * priority classes, RBAC defaults, flow control, APIServices, the {@code kubernetes} Service.
 * They carry no server fields; {@code objects.json} and {@code endpoints.json} were read from a fresh server of the original.
 */
public final class BootstrapObjects {
    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private final BootstrapParameters parameters;

    public BootstrapObjects(BootstrapParameters parameters) {
        this.parameters = parameters;
    }

    /** Fresh trees at every call: the caller may keep and change them. */
    public List<ObjectNode> all() {
        return objects("objects.json");
    }

    /** What says where a server is, {@code Endpoints} or {@code EndpointSlice}: it is no first object, but the server's own. */
    ObjectNode endpoints(String kind) {
        return objects("endpoints.json").stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private List<ObjectNode> objects(String resource) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode template : templates(resource)) {
            objects.add((ObjectNode) fill(template));
        }
        return objects;
    }

    private static JsonNode templates(String resource) {
        try (InputStream in = BootstrapObjects.class.getResourceAsStream(resource)) {
            return JsonTree.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode fill(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode out = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(e -> out.set(e.getKey(), fill(e.getValue())));
                yield out;
            }
            case ArrayNode array -> {
                ArrayNode out = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(item -> out.add(fill(item)));
                yield out;
            }
            case TextNode text when text.textValue().equals("${port}") -> IntNode.valueOf(parameters.port());
            case TextNode text
            when text.textValue().startsWith("${") ->
                TextNode.valueOf(parameters.value(
                        text.textValue().substring(2, text.textValue().length() - 1)));
            default -> node;
        };
    }

    /**
     * What a stored object must become so that a new release's rights hold: a role keeps what an administrator added and
     * gets what is missing, a binding its subjects. Empty when nothing is missing or the object is not kept up to date
     * (its {@code autoupdate} annotation is not {@code true}). Source: {@code component-helpers/auth/rbac/reconciliation}.
     */
    public static Optional<ObjectNode> reconcile(ObjectNode stored, ObjectNode wanted) {
        if (!Trees.text(stored.path("metadata").path("annotations"), AUTO_UPDATE)
                .equals("true")) {
            return Optional.empty();
        }
        ObjectNode merged = stored.deepCopy();
        for (String list : List.of("rules", "subjects")) {
            addMissing(merged, wanted.path(list), list);
        }
        if (wanted.has("aggregationRule")) {
            ObjectNode rule = Trees.object(merged, "aggregationRule");
            addMissing(rule, wanted.path("aggregationRule").path("clusterRoleSelectors"), "clusterRoleSelectors");
        }
        for (String map : List.of("labels", "annotations")) {
            ObjectNode metadata = Trees.object(merged, "metadata");
            wanted.path("metadata").path(map).properties().stream()
                    .filter(e -> !metadata.path(map).has(e.getKey()))
                    .forEach(e -> Trees.object(metadata, map).set(e.getKey(), e.getValue()));
        }
        return merged.equals(stored) ? Optional.empty() : Optional.of(merged);
    }

    private static void addMissing(ObjectNode merged, JsonNode wanted, String field) {
        for (JsonNode item : wanted) {
            boolean present = false;
            for (JsonNode existing : merged.path(field)) {
                present |= Trees.same(existing, item);
            }
            if (!present) {
                ArrayNode list = merged.get(field) instanceof ArrayNode array ? array : merged.putArray(field);
                list.add(item.deepCopy());
            }
        }
    }
}
