package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Items of sets must differ, those of keyed lists must differ in their keys. */
public final class ListTypes {
    private ListTypes() {}

    public static void validate(JsonNode object, Schema schema, FieldErrors errors) {
        fields(object, schema, null, errors);
    }

    private static void value(JsonNode value, Schema schema, FieldPath path, FieldErrors errors) {
        if (value.isObject()) {
            fields(value, schema, path, errors);
        } else if (value.isArray()) {
            if (schema.isSet()) {
                List<String> items = new ArrayList<>(value.size());
                value.forEach(item -> items.add(Canonical.text(item)));
                repeated(items).forEach(i -> errors.duplicate(path.index(i), value.get(i)));
            } else if (schema.isKeyedList()) {
                keyed(value, schema, path, errors);
            }
            for (int i = 0; i < value.size(); i++) {
                if (value.get(i).isContainerNode()) {
                    value(value.get(i), schema.item(), path.index(i), errors);
                }
            }
        }
    }

    private static void fields(JsonNode object, Schema schema, @Nullable FieldPath path, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> e : object.properties()) {
            if (e.getValue().isContainerNode()) {
                boolean property = schema.properties().containsKey(e.getKey());
                FieldPath child = path == null
                        ? FieldPath.of(e.getKey())
                        : property ? path.child(e.getKey()) : path.key(e.getKey());
                value(e.getValue(), schema.child(e.getKey()), child, errors);
            }
        }
    }

    private static void keyed(JsonNode list, Schema schema, FieldPath path, FieldErrors errors) {
        List<ObjectNode> keys = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            if (!item.isNull() && !item.isObject()) {
                errors.invalid(path.index(i), item, "must be an object for an array of list-type map");
                return;
            }
            ObjectNode key = JsonNodeFactory.instance.objectNode();
            for (String name : schema.listMapKeys()) {
                if (item.has(name)) {
                    key.set(name, item.get(name));
                }
            }
            keys.add(key);
        }
        repeated(keys.stream().map(Canonical::text).toList())
                .forEach(i -> errors.duplicate(path.index(i), keys.get(i)));
    }

    /** Where values come for the second time. */
    private static List<Integer> repeated(List<String> values) {
        Map<String, Integer> times = new HashMap<>();
        List<Integer> repeated = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (times.merge(values.get(i), 1, Integer::sum) == 2) {
                repeated.add(i);
            }
        }
        return repeated;
    }
}
