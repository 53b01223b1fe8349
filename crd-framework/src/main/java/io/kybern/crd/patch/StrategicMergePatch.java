package io.kybern.crd.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.value.GoText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Strategic merge patch: a merge patch that merges lists by the merge key of their schema, with directives in the patch.
 *
 * <pre>
 * {"containers": [{"name": "a", "image": "x"}]}                  changes container a, leaves the others
 * {"containers": [{"name": "a", "$patch": "delete"}]}            removes it
 * {"containers": [{"$patch": "replace"}, {"name": "b"}]}         makes b the only one
 * {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]} orders them
 * {"$deleteFromPrimitiveList/finalizers": ["x"]}                 removes items of a list of scalars
 * {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}    drops every other field of strategy
 * </pre>
 *
 * Source of behaviour and texts: {@code k8s.io/apimachinery/pkg/util/strategicpatch}.
 */
public final class StrategicMergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList";
    private static final String ELEMENT_ORDER = "$setElementOrder";

    private StrategicMergePatch() {}

    /**
     * The patched object; neither argument is changed.
     *
     * @throws PatchException 400, 422 or 500 as the original would answer
     */
    public static ObjectNode apply(ObjectNode original, JsonNode patch, Schema schema) {
        if (patch.isNull()) {
            return original.deepCopy();
        }
        if (!(patch instanceof ObjectNode object)) {
            throw PatchException.badRequest(
                    "json: cannot unmarshal " + GoJson.kind(patch) + " into Go value of type map[string]interface {}");
        }
        return mergeObject(original.deepCopy(), object.deepCopy(), schema);
    }

    /** Merges {@code patch} into {@code original}; both are used up. */
    static ObjectNode mergeObject(ObjectNode original, ObjectNode patch, Schema schema) {
        JsonNode directive = patch.get(DIRECTIVE);
        if (directive != null) {
            return switch (directive.asText()) {
                case "replace" -> patch.without(DIRECTIVE);
                case "delete" -> original.objectNode();
                default -> throw unknownDirective(directive, patch);
            };
        }
        retainKeys(original, patch);
        orderElements(original, patch, schema);
        for (Map.Entry<String, JsonNode> e : patch.properties()) {
            mergeField(original, e.getKey(), e.getValue(), schema);
        }
        return original;
    }

    private static void mergeField(ObjectNode original, String key, JsonNode value, Schema schema) {
        boolean deletion = key.startsWith(DELETE_FROM_LIST);
        String field = deletion ? directiveField(key, DELETE_FROM_LIST) : key;
        JsonNode existing = original.get(field);
        if (value.isNull()) {
            original.remove(field);
        } else if (existing == null || !sameType(existing, value)) {
            if (!deletion) {
                dropNulls(value);
                set(original, field, value);
            }
        } else if (existing instanceof ObjectNode object) {
            Strategy strategy = Strategy.of(schema, field);
            original.set(field, strategy.replace ? value : mergeObject(object, (ObjectNode) value, strategy.schema));
        } else if (existing instanceof ArrayNode array) {
            Strategy strategy = Strategy.of(schema, field);
            ArrayNode merged = strategy.merge || deletion
                    ? ListMerge.merge(array, (ArrayNode) value, strategy, deletion)
                    : (ArrayNode) value;
            original.set(field, merged);
        } else {
            original.set(field, value);
        }
    }

    private static void retainKeys(ObjectNode original, ObjectNode patch) {
        JsonNode directive = patch.remove(RETAIN_KEYS);
        if (directive == null) {
            return;
        }
        if (!(directive instanceof ArrayNode keys)) {
            throw PatchException.badRequest("invalid patch format of retainKeys");
        }
        List<String> retained = new ArrayList<>();
        keys.forEach(k -> retained.add(k.asText()));
        for (Map.Entry<String, JsonNode> e : patch.properties()) {
            String key = e.getKey();
            boolean isDirective = key.startsWith(DELETE_FROM_LIST) || key.startsWith(ELEMENT_ORDER);
            if (!e.getValue().isNull() && !isDirective && !retained.contains(key)) {
                throw PatchException.badRequest("invalid patch format of retainKeys");
            }
        }
        original.retain(retained);
    }

    /** Merges every list that the patch orders and puts it in that order; such lists are then gone from the patch. */
    private static void orderElements(ObjectNode original, ObjectNode patch, Schema schema) {
        List<String> directives = patch.propertyStream()
                .map(Map.Entry::getKey)
                .filter(k -> k.startsWith(ELEMENT_ORDER))
                .toList();
        for (String key : directives) {
            ArrayNode order = array(patch.remove(key));
            String field = directiveField(key, ELEMENT_ORDER);
            Optional<ArrayNode> live = Optional.ofNullable(original.get(field)).map(StrategicMergePatch::array);
            Optional<ArrayNode> patched = Optional.ofNullable(patch.get(field)).map(StrategicMergePatch::array);
            Strategy strategy = Strategy.of(schema, field);
            patched.ifPresent(p -> ListMerge.checkOrder(p, order, strategy.mergeKey));
            if (live.isEmpty() && patched.isEmpty()) {
                continue;
            }
            ArrayNode before = live.map(ArrayNode::deepCopy).orElseGet(order::arrayNode);
            ArrayNode merged;
            if (patched.isEmpty()) {
                merged = live.get();
            } else if (live.isEmpty()) {
                merged = (ArrayNode) withoutDirectives(patched.get()).orElseThrow();
            } else {
                merged = strategy.merge ? ListMerge.merge(live.get(), patched.get(), strategy, false) : patched.get();
            }
            original.set(field, ListMerge.order(merged, order, before, strategy.mergeKey));
            patch.remove(field);
        }
    }

    private static void set(ObjectNode object, String field, JsonNode value) {
        withoutDirectives(value).ifPresentOrElse(v -> object.set(field, v), () -> object.remove(field));
    }

    /** The value without what is only an instruction; empty if the whole of it is one. */
    static Optional<JsonNode> withoutDirectives(JsonNode value) {
        if (value.isObject() && value.has(DIRECTIVE)) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> e : new ArrayList<>(object.properties())) {
                set(object, e.getKey(), e.getValue());
            }
        } else if (value instanceof ArrayNode array) {
            ArrayNode kept = array.arrayNode();
            array.forEach(item -> withoutDirectives(item).ifPresent(kept::add));
            return Optional.of(kept);
        }
        return Optional.of(value);
    }

    private static void dropNulls(JsonNode node) {
        for (Iterator<JsonNode> i = node.elements(); i.hasNext(); ) {
            JsonNode child = i.next();
            if (child.isNull() && node.isObject()) {
                i.remove();
            } else {
                dropNulls(child);
            }
        }
    }

    static boolean hasDirective(JsonNode item) {
        return item.isObject() && item.has(DIRECTIVE);
    }

    static PatchException unknownDirective(JsonNode directive, JsonNode in) {
        return PatchException.internal(
                "unknown patch type: " + GoText.value(directive) + " in map: " + GoText.value(in));
    }

    private static String directiveField(String key, String prefix) {
        int slash = key.indexOf('/');
        if (slash != prefix.length()) {
            throw PatchException.badRequest("invalid patch format of "
                    + (prefix.equals(ELEMENT_ORDER) ? "setElementOrder list" : "primitive list"));
        }
        return key.substring(slash + 1);
    }

    private static ArrayNode array(JsonNode node) {
        if (node instanceof ArrayNode array) {
            return array;
        }
        throw wrongType("[]interface {}", node);
    }

    static PatchException wrongType(String expected, JsonNode actual) {
        return PatchException.internal("expected a " + expected + ", but received a " + GoText.type(actual));
    }

    private static boolean sameType(JsonNode a, JsonNode b) {
        return GoText.type(a).equals(GoText.type(b));
    }

    /** How a field is patched and the schema of its value: for lists, of their items. */
    record Strategy(boolean merge, boolean replace, String mergeKey, Schema schema) {
        static Strategy of(Schema parent, String field) {
            Schema declared = parent.child(field);
            if (!declared.declared() && !parent.properties().isEmpty()) {
                String type = parent.name().substring(parent.name().lastIndexOf('.') + 1);
                throw PatchException.internal(
                        "unable to find api field in struct " + type + " for the json field \"" + field + "\"");
            }
            return new Strategy(
                    declared.patchStrategies().contains("merge"),
                    declared.patchStrategies().contains("replace"),
                    declared.patchMergeKey().orElse(""),
                    declared.item().declared() ? declared.item() : declared);
        }
    }
}
