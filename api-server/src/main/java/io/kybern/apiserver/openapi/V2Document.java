package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.version.ServerVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Makes the parts of the OpenAPI v2 document: its head, and paths and definitions a group version. */
final class V2Document {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Media types in the order in which the original tells them. */
    private static final List<String> ORDER = List.of(
            "text/plain",
            "application/json",
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml",
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/json;stream=watch",
            "application/vnd.kubernetes.protobuf;stream=watch");

    private final Descriptions descriptions;
    private final OperationText texts;

    V2Document(Descriptions descriptions) {
        this.descriptions = descriptions;
        this.texts = new OperationText(descriptions);
    }

    /** All but {@code paths} and {@code definitions}. */
    ObjectNode head(Collection<List<Operation>> operations) {
        ObjectNode out = NODES.objectNode().put("swagger", "2.0");
        out.putObject("info")
                .put("title", "Kubernetes")
                .put("version", ServerVersion.MAJOR + "." + ServerVersion.MINOR);
        Set<ObjectNode> shared = new HashSet<>();
        operations.forEach(list -> list.forEach(operation -> {
            shared.addAll(parameters(operation, operation.parameters()));
            body(operation).ifPresent(shared::add);
        }));
        Map<String, ObjectNode> byKey = new TreeMap<>();
        shared.stream()
                .filter(SharedParameters::shares)
                .forEach(parameter -> byKey.put(SharedParameters.key(parameter), parameter));
        out.putObject("parameters").setAll(byKey);
        out.putObject("securityDefinitions").set("BearerToken", V3Document.bearerToken());
        out.putArray("security").addObject().putArray("BearerToken");
        return out;
    }

    ObjectNode paths(List<Operation> operations) {
        ObjectNode out = NODES.objectNode();
        V3Document.byPath(operations).forEach((path, ofPath) -> out.set(path, path(ofPath)));
        return out;
    }

    static ObjectNode definitions(Map<String, ObjectNode> schemas) {
        ObjectNode out = NODES.objectNode();
        schemas.forEach((name, schema) -> out.set(name, V2Schema.of(schema)));
        return out;
    }

    ObjectNode builtinDefinitions(Map<String, ObjectNode> schemas) {
        ObjectNode out = NODES.objectNode();
        OptionKinds kinds = OptionKinds.ofAll();
        schemas.forEach((name, schema) -> {
            ObjectNode described = descriptions.describe(name, schema);
            kinds.tell(name, described);
            out.set(name, V2Schema.of(described));
        });
        return out;
    }

    private ObjectNode path(List<Operation> ofPath) {
        ObjectNode out = NODES.objectNode();
        List<String> common = V3Document.common(ofPath);
        String path = ofPath.getFirst().path();
        String tag = Operation.tag(Operation.document(path));
        ofPath.forEach(operation -> out.set(operation.method(), operation(operation, common, tag)));
        if (!common.isEmpty()) {
            ArrayNode parameters = out.putArray("parameters");
            parameters(ofPath.getFirst(), common).forEach(p -> parameters.add(SharedParameters.reference(p)));
        }
        return out;
    }

    private ObjectNode operation(Operation operation, List<String> common, String tag) {
        ObjectNode out = NODES.objectNode().put("description", OperationText.of(operation));
        List<String> consumes = consumes(operation);
        if (!consumes.isEmpty()) {
            mediaTypes(out.putArray("consumes"), consumes);
        }
        mediaTypes(out.putArray("produces"), operation.produces().getOrDefault("200", List.of()));
        out.putArray("schemes").add("https");
        out.putArray("tags").add(tag);
        out.put("operationId", operation.id());
        List<String> own = new ArrayList<>(operation.parameters());
        own.removeAll(common);
        ArrayNode parameters = NODES.arrayNode();
        body(operation).ifPresent(body -> parameters.add(SharedParameters.reference(body)));
        parameters(operation, own).forEach(p -> parameters.add(SharedParameters.reference(p)));
        if (!parameters.isEmpty()) {
            out.set("parameters", parameters);
        }
        ObjectNode responses = out.putObject("responses");
        operation.produces().forEach((status, types) -> {
            ObjectNode response = responses.putObject(status).put("description", V3Document.phrase(status));
            String component = operation.returns().getOrDefault(status, "");
            if (!component.isEmpty()) {
                response.putObject("schema").put("$ref", SchemaReferences.V2 + component);
            } else if (!types.isEmpty()) {
                response.putObject("schema").put("type", "string");
            }
        });
        V3Document.extensions(out, operation);
        return out;
    }

    /** Discovery takes, in words, what it gives. */
    private static List<String> consumes(Operation operation) {
        if (operation.action().isEmpty()) {
            boolean oneDocument =
                    operation.path().startsWith("/openid/") || operation.path().startsWith("/.well-known/");
            return oneDocument ? List.of() : operation.produces().getOrDefault("200", List.of());
        }
        return operation.consumes().isEmpty() ? List.of("*/*") : operation.consumes();
    }

    private static Optional<ObjectNode> body(Operation operation) {
        return operation.body().map(body -> {
            ObjectNode out = NODES.objectNode().put("name", "body").put("in", "body");
            if (operation.bodyRequired()) {
                out.put("required", true);
            }
            out.putObject("schema").put("$ref", SchemaReferences.V2 + body);
            return out;
        });
    }

    private List<ObjectNode> parameters(Operation operation, List<String> names) {
        return Parameter.of(operation, names, texts).stream()
                .map(V2Document::parameter)
                .toList();
    }

    /** The order of members counts: the name of what is shared is made of the text. */
    private static ObjectNode parameter(Parameter parameter) {
        ObjectNode out = NODES.objectNode().put("uniqueItems", true).put("type", parameter.type());
        out.put("description", parameter.description());
        out.put("name", parameter.name()).put("in", parameter.in());
        if (parameter.inPath()) {
            out.put("required", true);
        }
        return out;
    }

    private static void mediaTypes(ArrayNode array, List<String> types) {
        types.stream().sorted(Comparator.comparing(ORDER::indexOf)).forEach(array::add);
    }
}
