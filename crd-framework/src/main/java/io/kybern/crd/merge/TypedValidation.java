package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.value.GoText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether an object fits its schema: fields declared, types right, list keys present and, if applied, unique. */
final class TypedValidation {
    private final List<String> errors = new ArrayList<>();
    private final boolean repeats;

    private TypedValidation(boolean repeats) {
        this.repeats = repeats;
    }

    /** What is wrong with an applied object in one text; empty if nothing is. */
    static String errors(JsonNode object, Schema schema) {
        return errors(object, schema, new TypedValidation(false));
    }

    /** As {@link #errors}, for an object that was not applied: its lists may hold a key, or an item of a set, twice. */
    static String errorsButRepeats(JsonNode object, Schema schema) {
        return errors(object, schema, new TypedValidation(true));
    }

    private static String errors(JsonNode object, Schema schema, TypedValidation validation) {
        validation.value("", object, schema, false);
        return switch (validation.errors.size()) {
            case 0 -> "";
            case 1 -> validation.errors.getFirst();
            default -> "errors:\n  " + String.join("\n  ", validation.errors);
        };
    }

    private void value(String path, JsonNode value, Schema schema, boolean preserve) {
        boolean keeps = preserve || schema.preserveUnknownFields();
        if (value.isNull()) {
            return;
        }
        switch (schema.type()) {
            case "object" -> {
                if (value.isObject()) {
                    map(path, value, schema, keeps);
                } else {
                    add(path, "expected map, got " + goValue(value));
                }
            }
            case "array" -> {
                if (value.isArray()) {
                    list(path, value, schema, keeps);
                } else {
                    add(path, "expected list, got " + goValue(value));
                }
            }
            case "" -> {
                if (value.isObject() && schema != Schema.ANY) {
                    map(path, value, schema, keeps);
                }
            }
            default -> scalar(path, value, schema);
        }
    }

    private void scalar(String path, JsonNode value, Schema schema) {
        switch (schema.type()) {
            case "integer", "number" -> {
                if (!value.isNumber()) {
                    add(path, "expected numeric (int or float), got " + GoText.type(value));
                }
            }
            case "boolean" -> {
                if (!value.isBoolean()) {
                    add(path, "expected boolean, got " + goValue(value));
                }
            }
            default -> {
                boolean plain = schema.format().isEmpty() || schema.format().equals("byte");
                if (plain && !value.isTextual()) {
                    add(path, "expected string, got " + goPointer(value));
                } else if (value.isContainerNode()) {
                    add(path, "expected any scalar, got " + goValue(value));
                }
            }
        }
    }

    private void map(String path, JsonNode map, Schema schema, boolean preserve) {
        for (Map.Entry<String, JsonNode> e : map.properties()) {
            Schema type = Shape.field(schema, e.getKey(), preserve);
            String child = path + "." + e.getKey();
            if (!type.declared()) {
                add(child, "field not declared in schema");
                return;
            }
            value(child, e.getValue(), type, preserve);
        }
    }

    private void list(String path, JsonNode list, Schema schema, boolean preserve) {
        Shape shape = Shape.ofList(schema);
        Set<PathElement> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            PathElement element = PathElement.index(i);
            if (shape != Shape.ATOMIC_LIST) {
                try {
                    element = Shape.element(schema, shape, item);
                } catch (IllegalArgumentException e) {
                    add(path, "element " + i + ": " + e.getMessage());
                    return;
                }
                if (!seen.add(element) && !repeats) {
                    add(path, "duplicate entries for key " + element);
                }
            }
            value(path + element, item, Shape.item(schema), preserve);
        }
    }

    private void add(String path, String message) {
        errors.add(path.isEmpty() ? message : path + ": " + message);
    }

    /** A wrapped value as {@code %v} prints it. */
    private static String goValue(JsonNode value) {
        return "&{" + GoText.value(value) + "}";
    }

    /** A wrapped value as {@code %#v} prints it. */
    private static String goPointer(JsonNode value) {
        return "&value.valueUnstructured{Value:" + GoText.syntax(value) + "}";
    }
}
