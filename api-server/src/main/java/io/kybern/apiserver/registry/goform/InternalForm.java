package io.kybern.apiserver.registry.goform;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns a tree in wire form into that of the original's internal struct. The types load with the first message that needs them. */
public final class InternalForm {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Members of a pod spec that are members of its security context internally. */
    private static final List<String> HOST_FIELDS =
            List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers");

    private InternalForm() {}

    private static final class Types {
        private static final Map<String, List<String>> ALL = load();

        private static Map<String, List<String>> load() {
            try (InputStream in =
                    Objects.requireNonNull(InternalForm.class.getResourceAsStream("internal-types.json"))) {
                return new ObjectMapper().readValue(in, new TypeReference<>() {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @param type group and name of the struct: {@code core.PodSpec} */
    public static ObjectNode of(String type, JsonNode value) {
        JsonNode from = type.equals("core.PodSpec") ? withHostFields(value) : value;
        ObjectNode out = NODES.objectNode();
        for (String field : Types.ALL.getOrDefault(type, List.of())) {
            String[] parts = field.split(" ", 3);
            JsonNode member = from.path(parts[1]);
            if (parts[2].equals("meta")) {
                member.propertyStream().forEach(e -> out.set(e.getKey(), e.getValue()));
            } else {
                out.set(parts[0], value(parts[2], member));
            }
        }
        return out;
    }

    private static JsonNode withHostFields(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        ObjectNode context = copy.withObjectProperty("securityContext");
        HOST_FIELDS.stream().filter(spec::has).forEach(f -> context.set(f, spec.get(f)));
        return copy;
    }

    private static JsonNode value(String shape, JsonNode node) {
        boolean absent = node.isMissingNode();
        char first = shape.charAt(0);
        return switch (first) {
            case '=' -> of(shape.substring(1), node);
            case '*' -> absent ? NODES.nullNode() : shape.length() == 1 ? node : of(shape.substring(1), node);
            case '[' -> {
                if (absent || node.isEmpty()) {
                    yield NODES.nullNode();
                }
                ArrayNode list = NODES.arrayNode(node.size());
                node.forEach(item -> list.add(value(shape.substring(1), item)));
                yield list;
            }
            case '{' -> {
                if (absent) {
                    yield NODES.nullNode();
                }
                ObjectNode map = NODES.objectNode();
                node.propertyStream().forEach(e -> map.set(e.getKey(), value(shape.substring(1), e.getValue())));
                yield map;
            }
            default -> absent ? zero(shape) : node;
        };
    }

    private static JsonNode zero(String shape) {
        return switch (shape) {
            case "text" -> NODES.textNode("");
            case "bool" -> NODES.booleanNode(false);
            case "number" -> NODES.numberNode(0);
            case "quantity" -> NODES.textNode("0");
            default -> NODES.nullNode();
        };
    }
}
