package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Brings a decoded object into the exact form that Go would print: members in struct order, empty ones left out or
 * completed, maps sorted. {@link #complete} is idempotent and runs after decoding and once more before an object is
 * stored, since strategies add members wherever they like. What is in its form already is shared with the result, up to the whole
 * object: who changes one of them changes both.
 *
 * <p>Nil lists, maps and pointers that Go would print as {@code null} are left out of the tree by {@link #complete}, so that
 * strategies never see a null; {@link #printable} adds them.
 */
public final class WireForm {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    /** How lists and maps that are there without an item or nil are shown. */
    private enum Empty {
        KEPT,
        LEFT_OUT,
        PRINTED,
        /** Those without an item as nil ones, and these printed. */
        STORED_AND_PRINTED
    }

    private final Empty empty;

    private WireForm(Empty empty) {
        this.empty = empty;
    }

    /** The complete form, without nulls. */
    public static ObjectNode complete(ObjectNode object, WireType type) {
        return new WireForm(Empty.KEPT).root(object, type);
    }

    /** The complete form as it comes out of the store: protobuf, in which it is kept upstream, knows no empty list or map. */
    public static ObjectNode stored(ObjectNode object, WireType type) {
        return new WireForm(Empty.LEFT_OUT).root(object, type);
    }

    /** The form to be written of what is being stored: {@link #stored} and {@link #printable} in one pass. */
    public static ObjectNode encodable(ObjectNode object, WireType type) {
        return new WireForm(Empty.STORED_AND_PRINTED).root(object, type);
    }

    /** The form to be written. */
    public static ObjectNode printable(ObjectNode object, WireType type) {
        return new WireForm(Empty.PRINTED).root(object, type);
    }

    private ObjectNode root(ObjectNode object, WireType type) {
        return struct(object, type, true);
    }

    /** What has the form already is returned itself. */
    private ObjectNode struct(ObjectNode object, WireType type, boolean kind) {
        List<WireType.Field> members = type.members();
        JsonNode[] shown =
                null; // until something differs: most of what comes here has its form, in types of many members
        int last = -1;
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            int place = type.place(name);
            boolean known = place >= 0 && value != NullNode.instance;
            JsonNode form = known ? present(value, members.get(place)) : null;
            boolean same = known
                    ? form == value && place > last
                    : place < 0 && kind && last < 0 && isKind(name) && inOrder(object, name);
            if (shown == null && !same) {
                shown = before(name, object, type);
            }
            if (known) {
                last = place;
                if (shown != null) {
                    shown[place] = form;
                }
            }
        }
        for (int place : type.shownAbsent()) {
            WireType.Field member = members.get(place);
            boolean missing = shown == null ? !object.hasNonNull(member.name()) : shown[place] == null;
            JsonNode absent = missing ? absent(member) : null;
            if (absent != null) {
                if (shown == null) {
                    shown = before("", object, type);
                }
                shown[place] = absent;
            }
        }
        return shown == null ? object : rebuilt(object, members, shown, kind);
    }

    /** The members that stand before the one of a name, or all, by their places: they are as they should be. */
    private static JsonNode[] before(String name, ObjectNode object, WireType type) {
        JsonNode[] shown = new JsonNode[type.members().size()];
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getKey().equals(name)) {
                break;
            }
            int place = type.place(entry.getKey());
            if (place >= 0) {
                shown[place] = entry.getValue();
            }
        }
        return shown;
    }

    private static boolean isKind(String name) {
        return name.equals("kind") || name.equals("apiVersion");
    }

    /** Whether {@code apiVersion} doesn't stand before {@code kind}. */
    private static boolean inOrder(ObjectNode object, String name) {
        return name.equals("kind")
                || !object.has("kind")
                || object.fieldNames().next().equals("kind");
    }

    private static ObjectNode rebuilt(ObjectNode object, List<WireType.Field> members, JsonNode[] shown, boolean kind) {
        ObjectNode out = NODES.objectNode();
        if (kind) {
            kind(object, out);
        }
        for (int i = 0; i < shown.length; i++) {
            if (shown[i] != null) {
                out.set(members.get(i).name(), shown[i]);
            }
        }
        return out;
    }

    private static void kind(ObjectNode object, ObjectNode out) {
        for (String name : new String[] {"kind", "apiVersion"}) {
            JsonNode value = object.get(name);
            if (value != null) {
                out.set(name, value);
            }
        }
    }

    private @org.jspecify.annotations.Nullable JsonNode absent(WireType.Field field) {
        WireValue type = field.value();
        if (type.pointer() || field.omitZero()) {
            return field.omitEmpty() || field.omitZero() ? null : nullValue();
        }
        return switch (type) {
            case WireValue.Struct struct -> form(NODES.objectNode(), struct);
            case WireValue.ListOf l -> field.omitEmpty() ? null : nullValue();
            case WireValue.MapOf m -> field.omitEmpty() ? null : nullValue();
            case WireValue.Scalar scalar -> {
                JsonNode zero = WireZero.of(scalar.kind());
                if (field.omitEmpty() && !scalar.isStruct()) {
                    yield null;
                }
                yield zero.isNull() ? nullValue() : zero;
            }
        };
    }

    private @org.jspecify.annotations.Nullable JsonNode nullValue() {
        return empty == Empty.PRINTED || empty == Empty.STORED_AND_PRINTED ? NullNode.getInstance() : null;
    }

    private @org.jspecify.annotations.Nullable JsonNode present(JsonNode value, WireType.Field field) {
        WireValue type = field.value();
        if (field.leavesOutEmpty() && WireZero.isEmpty(value)) {
            return null;
        }
        boolean dropped = empty == Empty.LEFT_OUT || empty == Empty.STORED_AND_PRINTED;
        if (dropped && isCollection(type) && value.isEmpty()) {
            return absent(field);
        }
        return form(value, type);
    }

    private static boolean isCollection(WireValue type) {
        return !type.pointer() && (type instanceof WireValue.ListOf || type instanceof WireValue.MapOf);
    }

    private JsonNode form(JsonNode value, WireValue type) {
        return switch (type) {
            case WireValue.Struct struct
            when value instanceof ObjectNode object ->
                struct(object, struct.type(), struct.type().isKind());
            case WireValue.ListOf list
            when value instanceof ArrayNode array && !(list.element() instanceof WireValue.Scalar) ->
                list(array, item -> form(item, list.element()));
            case WireValue.MapOf map when value instanceof ObjectNode object -> map(object, map.element());
            case WireValue.Scalar scalar when scalar.holdsSchemas() -> schemas(value);
            default -> value;
        };
    }

    /** A schema or several, where something else may stand, too: that stays as it is. */
    private JsonNode schemas(JsonNode value) {
        return switch (value) {
            case ObjectNode schema ->
                struct(schema, WireTypes.builtin().type("apiextensions/v1.JSONSchemaProps"), false);
            case ArrayNode array -> list(array, this::schemas);
            default -> value;
        };
    }

    private ArrayNode list(ArrayNode array, UnaryOperator<JsonNode> forms) {
        int size = array.size();
        ArrayNode changed = null;
        for (int i = 0; i < size; i++) {
            JsonNode item = array.get(i);
            JsonNode form = forms.apply(item);
            if (changed == null && form != item) {
                changed = NODES.arrayNode(size);
                for (int j = 0; j < i; j++) {
                    changed.add(array.get(j));
                }
            }
            if (changed != null) {
                changed.add(form);
            }
        }
        return changed == null ? array : changed;
    }

    private ObjectNode map(ObjectNode object, WireValue element) {
        boolean same = true;
        String last = "";
        Map<String, JsonNode> forms = null;
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode form = form(entry.getValue(), element);
            if (same && (form != entry.getValue() || entry.getKey().compareTo(last) < 0)) {
                same = false;
                forms = new TreeMap<>();
                for (Map.Entry<String, JsonNode> before : object.properties()) {
                    if (before.getKey().equals(entry.getKey())) {
                        break;
                    }
                    forms.put(before.getKey(), before.getValue());
                }
            }
            if (forms != null) {
                forms.put(entry.getKey(), form);
            }
            last = entry.getKey();
        }
        if (forms == null) {
            return object;
        }
        ObjectNode out = NODES.objectNode();
        out.setAll(forms);
        return out;
    }
}
