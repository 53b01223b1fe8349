package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.version.ServerVersion;
import io.kybern.crd.schema.Schemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the OpenAPI v3 document of one group version, or of one path that belongs to none. */
final class V3Document {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Map<String, String> PHRASES =
            Map.of("200", "OK", "201", "Created", "202", "Accepted", "401", "Unauthorized");

    private final Descriptions descriptions;
    private final OperationText texts;

    V3Document(Descriptions descriptions) {
        this.descriptions = descriptions;
        this.texts = new OperationText(descriptions);
    }

    /** @param own schemas besides the built-in ones; taken over */
    ObjectNode of(String document, List<Operation> operations, ObjectNode own, Schemas builtin) {
        ObjectNode out = NODES.objectNode().put("openapi", "3.0.0");
        boolean custom = !own.isEmpty();
        out.putObject("info")
                .put("title", custom ? "Kubernetes CRD Swagger" : "Kubernetes")
                .put("version", custom ? "v0.1.0" : ServerVersion.MAJOR + "." + ServerVersion.MINOR);
        ObjectNode paths = out.putObject("paths");
        byPath(operations).forEach((path, ofPath) -> paths.set(path, path(ofPath, Operation.tag(document))));
        Set<String> names = new LinkedHashSet<>();
        SchemaReferences.collect(own, names);
        SchemaReferences.collect(paths, names);
        ObjectNode components = out.putObject("components");
        if (!names.isEmpty()) {
            OptionKinds kinds = custom ? OptionKinds.ofCustomDocument() : OptionKinds.ofDocument(document);
            ObjectNode schemas = components.putObject("schemas");
            schemas.setAll(own);
            schemas.setAll(builtin(builtin, names, kinds));
        }
        if (!custom) {
            ObjectNode schemes = components.putObject("securitySchemes");
            schemes.set("BearerToken", bearerToken());
        }
        return out;
    }

    private ObjectNode builtin(Schemas builtin, Set<String> names, OptionKinds kinds) {
        ObjectNode out = NODES.objectNode();
        SchemaReferences.closure(builtin, names).forEach((name, schema) -> {
            ObjectNode described = descriptions.describe(name, schema);
            kinds.tell(name, described);
            out.set(name, described);
        });
        return out;
    }

    static ObjectNode bearerToken() {
        return NODES.objectNode()
                .put("type", "apiKey")
                .put("description", "Bearer Token authentication")
                .put("name", "authorization")
                .put("in", "header");
    }

    static Map<String, List<Operation>> byPath(List<Operation> operations) {
        Map<String, List<Operation>> out = new LinkedHashMap<>();
        operations.forEach(
                o -> out.computeIfAbsent(o.path(), p -> new ArrayList<>()).add(o));
        return out;
    }

    /** The parameters that all operations of a path have: they are told once, at the path. */
    static List<String> common(List<Operation> ofPath) {
        List<String> common = new ArrayList<>(ofPath.getFirst().parameters());
        ofPath.forEach(operation -> common.retainAll(operation.parameters()));
        return common;
    }

    static String phrase(String status) {
        return PHRASES.getOrDefault(status, status);
    }

    private ObjectNode path(List<Operation> ofPath, String tag) {
        ObjectNode out = NODES.objectNode();
        List<String> common = common(ofPath);
        ofPath.forEach(operation -> out.set(operation.method(), operation(operation, common, tag)));
        if (!common.isEmpty()) {
            parameters(out, common, ofPath.getFirst());
        }
        return out;
    }

    private void parameters(ObjectNode owner, List<String> names, Operation operation) {
        ArrayNode list = owner.putArray("parameters");
        for (Parameter parameter : Parameter.of(operation, names, texts)) {
            ObjectNode entry = list.addObject().put("name", parameter.name()).put("in", parameter.in());
            entry.put("description", parameter.description());
            if (parameter.inPath()) {
                entry.put("required", true);
            }
            entry.putObject("schema").put("type", parameter.type()).put("uniqueItems", true);
        }
    }

    private ObjectNode operation(Operation operation, List<String> common, String tag) {
        ObjectNode out = NODES.objectNode();
        out.putArray("tags").add(tag);
        out.put("description", OperationText.of(operation)).put("operationId", operation.id());
        List<String> own = new ArrayList<>(operation.parameters());
        own.removeAll(common);
        if (!own.isEmpty()) {
            parameters(out, own, operation);
        }
        operation.body().ifPresent(body -> {
            ObjectNode request = out.putObject("requestBody");
            ObjectNode content = request.putObject("content");
            operation.consumes().forEach(type -> content.set(type, schemaOf(body)));
            if (operation.bodyRequired()) {
                request.put("required", true);
            }
        });
        ObjectNode responses = out.putObject("responses");
        operation.produces().forEach((status, types) -> {
            ObjectNode response = responses.putObject(status).put("description", phrase(status));
            if (!types.isEmpty()) {
                ObjectNode content = response.putObject("content");
                String component = operation.returns().getOrDefault(status, "");
                types.forEach(type -> content.set(type, schemaOf(component)));
            }
        });
        extensions(out, operation);
        return out;
    }

    static void extensions(ObjectNode out, Operation operation) {
        if (!operation.action().isEmpty()) {
            out.put("x-kubernetes-action", operation.action());
        }
        operation
                .kind()
                .ifPresent(kind -> out.putObject("x-kubernetes-group-version-kind")
                        .put("group", kind.group())
                        .put("version", kind.version())
                        .put("kind", kind.kind()));
    }

    private static ObjectNode schemaOf(String component) {
        ObjectNode out = NODES.objectNode();
        if (component.isEmpty()) {
            out.putObject("schema").put("type", "string");
        } else {
            out.putObject("schema").put("$ref", SchemaReferences.V3 + component);
        }
        return out;
    }
}
