package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a schema may say of how lists and maps are merged, and of what is in lists for it. */
final class CollectionRules {
    static final List<String> MAP_TYPES = List.of("atomic", "granular");
    private static final List<String> LIST_TYPES = List.of("atomic", "set", "map");

    private final FieldErrors errors;

    CollectionRules(FieldErrors errors) {
        this.errors = errors;
    }

    void check(JsonNode schema, FieldPath path) {
        JsonNode mapType = schema.path("x-kubernetes-map-type");
        if (!mapType.isMissingNode()) {
            requireType(schema, path, "object", "must be object if x-kubernetes-map-type is specified");
            if (!MAP_TYPES.contains(mapType.asText())) {
                errors.notSupported(path.child("x-kubernetes-map-type"), mapType, MAP_TYPES);
            }
        }
        JsonNode listType = schema.path("x-kubernetes-list-type");
        JsonNode items = schema.path("items");
        if (!listType.isMissingNode()) {
            boolean isArray =
                    requireType(schema, path, "array", "must be array if x-kubernetes-list-type is specified");
            if (isArray && listType.asText().equals("set")) {
                setItems(items, path.child("items"));
            }
            if (!LIST_TYPES.contains(listType.asText())) {
                errors.notSupported(path.child("x-kubernetes-list-type"), listType, LIST_TYPES);
            }
        }
        String kind = listType.asText("");
        listMap(schema, listType, items, path);
        if (items.isObject() && (kind.equals("set") || kind.equals("map"))) {
            keyed(kind, schema, items, path.child("items"));
        }
    }

    private boolean requireType(JsonNode schema, FieldPath path, String type, String detail) {
        JsonNode actual = schema.path("type");
        if (actual.asText("").isEmpty()) {
            errors.required(path.child("type"), detail);
        } else if (!actual.asText().equals(type)) {
            errors.invalid(path.child("type"), actual, detail);
        } else {
            return true;
        }
        return false;
    }

    private void setItems(JsonNode items, FieldPath path) {
        String detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
        JsonNode listType = items.path("x-kubernetes-list-type");
        if (items.path("type").asText().equals("array")
                && !listType.isMissingNode()
                && !listType.asText().equals("atomic")) {
            errors.invalid(path.child("x-kubernetes-list-type"), listType, detail);
        }
        if (items.path("type").asText().equals("object")
                && !items.path("x-kubernetes-map-type").asText().equals("atomic")) {
            // The original shows the list type here, too.
            errors.invalid(
                    path.child("x-kubernetes-map-type"),
                    listType.isMissingNode() ? NullNode.instance : listType,
                    detail);
        }
    }

    private void listMap(JsonNode schema, JsonNode listType, JsonNode items, FieldPath path) {
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        boolean map = listType.asText("").equals("map");
        if (!keys.isEmpty() && !map) {
            String detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (listType.isMissingNode()) {
                errors.required(path.child("x-kubernetes-list-type"), detail);
            } else {
                errors.invalid(path.child("x-kubernetes-list-type"), listType, detail);
            }
        }
        if (!map) {
            return;
        }
        FieldPath keysPath = path.child("x-kubernetes-list-map-keys");
        if (keys.isEmpty()) {
            errors.required(keysPath, "must not be empty if x-kubernetes-list-type is map");
        }
        if (items.isMissingNode()) {
            errors.required(path.child("items"), "must have a schema if x-kubernetes-list-type is map");
        } else if (items.isObject() && !items.path("type").asText("").equals("object")) {
            errors.invalid(
                    path.child("items").child("type"),
                    items.path("type").asText(""),
                    "must be object if parent array's x-kubernetes-list-type is map");
        } else if (items.isObject()) {
            Set<String> seen = new HashSet<>();
            for (JsonNode key : keys) {
                JsonNode property = items.path("properties").path(key.asText());
                if (property.isMissingNode()) {
                    errors.invalid(keysPath, keys, "entries must all be names of item properties");
                } else if (List.of("array", "object")
                        .contains(property.path("type").asText(""))) {
                    errors.invalid(
                            path.child("items")
                                    .child("properties")
                                    .key(key.asText())
                                    .child("type"),
                            items.path("type"),
                            "must be a scalar type if parent array's x-kubernetes-list-type is map");
                }
                if (!seen.add(key.asText())) {
                    errors.invalid(keysPath, keys, "must not contain duplicate entries");
                }
            }
        }
    }

    private void keyed(String listType, JsonNode schema, JsonNode items, FieldPath path) {
        if (items.path("nullable").asBoolean()) {
            errors.forbidden(path.child("nullable"), "cannot be nullable when x-kubernetes-list-type is " + listType);
        }
        if (!listType.equals("map")) {
            return;
        }
        Set<String> required = new HashSet<>();
        items.path("required").forEach(r -> required.add(r.asText()));
        for (JsonNode key : schema.path("x-kubernetes-list-map-keys")) {
            JsonNode property = items.path("properties").path(key.asText());
            FieldPath at = path.child("properties").key(key.asText());
            if (property.isObject() && !required.contains(key.asText()) && !property.hasNonNull("default")) {
                errors.required(
                        at.child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property");
            }
            if (property.path("nullable").asBoolean()) {
                errors.forbidden(
                        at.child("nullable"),
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
            }
        }
    }
}
