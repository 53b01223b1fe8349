package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.cel.value.Conversions;
import io.kybern.crd.cel.value.GoDuration;
import io.kybern.crd.cel.value.Keys;
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.value.GoText;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as values of CEL, by its schema. Nothing is copied: lists and maps are views that make values as they are asked
 * for.
 *
 * <p>Source: {@code apiserver/pkg/cel/common/valuesunstructured.go}.
 */
public final class JsonValues {
    private JsonValues() {}

    /** The value, or an error if it is not what the schema says. */
    public static Object of(JsonNode json, Schema schema) {
        if (json.isNull()) {
            return schema.nullable()
                    ? CelNull.NULL
                    : new CelError("invalid data, got null for schema with nullable=false");
        }
        if (schema.intOrString()) {
            return json.isTextual()
                    ? json.textValue()
                    : json.isIntegralNumber()
                            ? (Object) json.longValue()
                            : new CelError(
                                    "invalid data, expected XIntOrString value to be either a string or integer");
        }
        return switch (schema.type()) {
            case "object" ->
                json instanceof ObjectNode object
                        ? new JsonMap(
                                object, schema.embeddedResource() ? Resources.withTypeAndMetadata(schema) : schema)
                        : new CelError("invalid data, expected a map for the provided schema with type=object");
            case "array" ->
                json instanceof ArrayNode array
                        ? list(array, schema)
                        : new CelError("invalid data, expected an array for the provided schema with type=array");
            case "string" -> json.isTextual() ? text(json.textValue(), schema.format()) : wrongType("string", json);
            case "number" -> json.isNumber() ? (Object) json.doubleValue() : wrongType("float", json);
            case "integer" -> json.isIntegralNumber() ? (Object) json.longValue() : wrongType("int", json);
            case "boolean" -> json.isBoolean() ? (Object) json.booleanValue() : wrongType("bool", json);
            default -> schema.preserveUnknownFields() ? untyped(json) : new CelError("invalid type");
        };
    }

    private static CelError wrongType(String expected, JsonNode json) {
        return new CelError("invalid data, expected " + expected + ", got " + GoText.type(json));
    }

    /** JSON of which nothing is known but what it shows. */
    public static Object untyped(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> new JsonMap((ObjectNode) json, Schema.NONE);
            case ARRAY -> new JsonList((ArrayNode) json, Schema.NONE);
            case STRING -> json.textValue();
            case BOOLEAN -> json.booleanValue();
            case NUMBER -> json.isIntegralNumber() ? (Object) json.longValue() : (Object) json.doubleValue();
            default -> CelNull.NULL;
        };
    }

    private static Object child(JsonNode json, Schema schema) {
        return schema.declared() ? of(json, schema) : untyped(json);
    }

    private static Object text(String text, String format) {
        return switch (format) {
            case "duration" ->
                GoDuration.parse(text)
                        .<Object>map(d -> d)
                        .orElseGet(() -> new CelError("Invalid duration " + text + ": time: invalid duration"));
            case "date" -> date(text);
            case "date-time" ->
                Conversions.parseTime(text.toUpperCase(Locale.ROOT))
                        .<Object>map(t -> t)
                        .orElseGet(() -> new CelError("Invalid date-time formatted string " + text));
            case "byte" -> bytes(text);
            default -> text;
        };
    }

    private static Object date(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return new CelError("Invalid date formatted string " + text + ": " + e.getMessage());
        }
    }

    private static Object bytes(String text) {
        try {
            return new Bytes(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return new CelError("Invalid byte formatted string " + text + ": " + e.getMessage());
        }
    }

    private static Object list(ArrayNode array, Schema schema) {
        CelList list = new JsonList(array, schema.item());
        if (schema.isSet()) {
            return new SetList(list);
        }
        return schema.isKeyedList() ? new KeyedList(list, schema.listMapKeys()) : list;
    }

    // ---- lists

    private static final class JsonList extends CelList {
        private final ArrayNode array;
        private final Schema item;

        JsonList(ArrayNode array, Schema item) {
            this.array = array;
            this.item = item;
        }

        @Override
        public int size() {
            return array.size();
        }

        @Override
        public Object get(int index) {
            return child(array.get(index), item);
        }
    }

    /** A list in which order does not matter, and adding leaves out what is there. */
    private static final class SetList extends CelList {
        private final CelList list;

        SetList(CelList list) {
            this.list = list;
        }

        @Override
        public int size() {
            return list.size();
        }

        @Override
        public Object get(int index) {
            return list.get(index);
        }

        @Override
        public Object equalTo(Object value) {
            if (!(value instanceof CelList other) || other.size() != size()) {
                return false;
            }
            Set<String> there = keys();
            for (int i = 0; i < other.size(); i++) {
                if (!there.contains(Keys.of(other.get(i)))) {
                    return false;
                }
            }
            return true;
        }

        private Set<String> keys() {
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < size(); i++) {
                keys.add(Keys.of(get(i)));
            }
            return keys;
        }

        @Override
        public CelList plus(CelList other) {
            Set<String> there = keys();
            List<Object> added = new ArrayList<>();
            for (int i = 0; i < other.size(); i++) {
                if (there.add(Keys.of(other.get(i)))) {
                    added.add(other.get(i));
                }
            }
            return new SetList(list.plus(CelList.of(added)));
        }
    }

    /** A list in which items are known by their keys, and adding replaces those of the same keys. */
    private static final class KeyedList extends CelList {
        private final CelList list;
        private final List<String> keys;

        KeyedList(CelList list, List<String> keys) {
            this.list = list;
            this.keys = keys;
        }

        @Override
        public int size() {
            return list.size();
        }

        @Override
        public Object get(int index) {
            return list.get(index);
        }

        private String key(Object element) {
            StringBuilder text = new StringBuilder();
            for (String key : keys) {
                Object value = element instanceof CelMap map
                        ? map.find(Escaping.escape(key).orElse(key))
                        : null;
                text.append(Keys.of(value == null ? CelNull.NULL : value));
            }
            return text.toString();
        }

        private Map<String, Object> byKey() {
            Map<String, Object> all = new LinkedHashMap<>();
            for (int i = 0; i < size(); i++) {
                all.put(key(get(i)), get(i));
            }
            return all;
        }

        @Override
        public Object equalTo(Object value) {
            if (!(value instanceof CelList other) || other.size() != size()) {
                return false;
            }
            Map<String, Object> mine = byKey();
            for (int i = 0; i < other.size(); i++) {
                Object same = mine.get(key(other.get(i)));
                Object equal = same == null ? (Object) false : Values.equal(same, other.get(i));
                if (!equal.equals(true)) {
                    return equal;
                }
            }
            return true;
        }

        @Override
        public CelList plus(CelList other) {
            Map<String, Object> all = byKey();
            for (int i = 0; i < other.size(); i++) {
                all.put(key(other.get(i)), other.get(i));
            }
            return new KeyedList(CelList.of(new ArrayList<>(all.values())), keys);
        }
    }

    // ---- maps

    private static final class JsonMap extends CelMap {
        private final ObjectNode object;
        private final Schema schema;
        private final boolean hasProperties;

        JsonMap(ObjectNode object, Schema schema) {
            this.object = object;
            this.schema = schema;
            this.hasProperties = !schema.properties().isEmpty();
        }

        @Override
        public int size() {
            return object.size();
        }

        private Schema childSchema(String name) {
            return schema.declared() ? schema.child(name) : Schema.ANY;
        }

        @Override
        public List<Object> keys() {
            List<Object> keys = new ArrayList<>(object.size());
            object.fieldNames().forEachRemaining(name -> {
                if (childSchema(name).declared()) {
                    keys.add(hasProperties ? Escaping.escape(name).orElse(name) : name);
                }
            });
            return keys;
        }

        /** Fields of which the schema knows nothing count, too. */
        @Override
        public Object equalTo(Object value) {
            Object known = super.equalTo(value);
            if (!known.equals(true) || !(value instanceof JsonMap other)) {
                return known;
            }
            for (Map.Entry<String, JsonNode> e : object.properties()) {
                JsonNode others = other.object.get(e.getKey());
                if (!childSchema(e.getKey()).declared() && others != null && !others.equals(e.getValue())) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public @Nullable Object find(Object key) {
            if (!(key instanceof String name)) {
                return key instanceof CelError ? key : CelError.NO_OVERLOAD;
            }
            String plain = hasProperties ? Escaping.unescape(name).orElse("") : name;
            JsonNode value = object.get(plain);
            if (value == null || (hasProperties && value.isNull())) {
                return null;
            }
            Schema type = childSchema(plain);
            if (!type.declared()) {
                return null;
            }
            return type == Schema.ANY ? untyped(value) : JsonValues.of(value, type);
        }
    }
}
