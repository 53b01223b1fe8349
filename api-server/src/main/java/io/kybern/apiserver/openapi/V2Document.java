package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.version.ServerVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes the parts of the OpenAPI v2 document: its head, and paths and definitions a group version. */
final class V2Document {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Clients look for these in the operation itself and follow no reference. */
    private static final Set<String> NEVER_SHARED = Set.of("dryRun", "fieldValidation", "path");

    private V2Document() {}

    /** All but {@code paths} and {@code definitions}. */
    static ObjectNode head(Collection<List<Operation>> operations) {
        ObjectNode out = NODES.objectNode().put("swagger", "2.0");
        out.putObject("info")
                .put("title", "Kubernetes")
                .put("version", ServerVersion.MAJOR + "." + ServerVersion.MINOR);
        Set<String> names = new TreeSet<>();
        operations.forEach(list -> list.forEach(operation -> names.addAll(operation.parameters())));
        names.removeAll(NEVER_SHARED);
        ObjectNode parameters = out.putObject("parameters");
        names.forEach(name -> parameters.set(name, parameter(name, "{name}{namespace}")));
        out.putObject("securityDefinitions").set("BearerToken", V3Document.bearerToken());
        out.putArray("security").addObject().putArray("BearerToken");
        return out;
    }

    static ObjectNode paths(List<Operation> operations) {
        ObjectNode out = NODES.objectNode();
        V3Document.byPath(operations).forEach((path, ofPath) -> out.set(path, path(ofPath)));
        return out;
    }

    static ObjectNode definitions(Map<String, ObjectNode> schemas) {
        ObjectNode out = NODES.objectNode();
        schemas.forEach((name, schema) -> out.set(name, V2Schema.of(schema)));
        return out;
    }

    private static ObjectNode path(List<Operation> ofPath) {
        ObjectNode out = NODES.objectNode();
        List<String> common = V3Document.common(ofPath);
        String path = ofPath.getFirst().path();
        String tag = Operation.tag(Operation.document(path));
        ofPath.forEach(operation -> out.set(operation.method(), operation(operation, common, tag)));
        if (!common.isEmpty()) {
            ArrayNode parameters = out.putArray("parameters");
            common.forEach(name -> parameters.add(reference(name, path)));
        }
        return out;
    }

    private static ObjectNode operation(Operation operation, List<String> common, String tag) {
        ObjectNode out = NODES.objectNode();
        List<String> consumes = consumes(operation);
        if (!consumes.isEmpty()) {
            texts(out.putArray("consumes"), consumes);
        }
        texts(out.putArray("produces"), operation.produces().getOrDefault("200", List.of()));
        out.putArray("schemes").add("https");
        out.putArray("tags").add(tag);
        out.put("operationId", operation.id());
        List<String> own = new ArrayList<>(operation.parameters());
        own.removeAll(common);
        ArrayNode parameters = NODES.arrayNode();
        operation.body().ifPresent(body -> {
            ObjectNode entry = parameters.addObject().put("name", "body").put("in", "body");
            if (operation.bodyRequired()) {
                entry.put("required", true);
            }
            entry.putObject("schema").put("$ref", SchemaReferences.V2 + body);
        });
        own.forEach(name -> parameters.add(reference(name, operation.path())));
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
            List<String> produced = operation.produces().getOrDefault("200", List.of());
            return produced.size() > 1 ? produced : List.of();
        }
        return operation.consumes().isEmpty() ? List.of("*/*") : operation.consumes();
    }

    private static ObjectNode reference(String name, String path) {
        return NEVER_SHARED.contains(name)
                ? parameter(name, path)
                : NODES.objectNode().put("$ref", "#/parameters/" + name);
    }

    private static ObjectNode parameter(String name, String path) {
        Parameter parameter = Parameter.of(name, path);
        ObjectNode out = NODES.objectNode().put("uniqueItems", true).put("type", parameter.type());
        out.put("name", name).put("in", parameter.in());
        if (parameter.inPath()) {
            out.put("required", true);
        }
        return out;
    }

    private static void texts(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
