package io.kybern.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Random JSON, and JSON that was good until something in it changed. */
public final class Documents {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private Documents() {}

    /** Any value; members have these names mostly. */
    public static JsonNode value(Source source, List<String> names, int depth) {
        return switch (source.below(depth > 0 ? 10 : 7)) {
            case 0 -> TextNode.valueOf(source.of(names));
            case 1 -> LongNode.valueOf(source.number());
            case 2 -> NullNode.getInstance();
            case 3 -> NODES.booleanNode(source.onceIn(2));
            case 4 -> TextNode.valueOf(source.text());
            case 5 -> TextNode.valueOf("");
            case 6 -> oddNumber(source);
            case 7 -> {
                ArrayNode out = NODES.arrayNode();
                source.list(0, 4, s -> value(s, names, depth - 1)).forEach(out::add);
                yield out;
            }
            default -> object(source, names, depth);
        };
    }

    public static ObjectNode object(Source source, List<String> names, int depth) {
        ObjectNode out = NODES.objectNode();
        int members = source.below(5);
        for (int i = 0; i < members; i++) {
            String name = source.onceIn(12) ? source.text() : source.of(names);
            out.set(name, value(source, names, depth - 1));
        }
        return out;
    }

    private static JsonNode oddNumber(Source source) {
        return switch (source.below(5)) {
            case 0 -> DecimalNode.valueOf(new BigDecimal("0.5"));
            case 1 -> DecimalNode.valueOf(new BigDecimal("1e300"));
            case 2 -> BigIntegerNode.valueOf(BigInteger.ONE.shiftLeft(64));
            case 3 -> DecimalNode.valueOf(new BigDecimal("-1e-300"));
            default -> BigIntegerNode.valueOf(BigInteger.TEN.pow(200));
        };
    }

    /** A copy in which one to three members or items are changed, gone, renamed, doubled or in another place. */
    public static ObjectNode mutated(Source source, ObjectNode original, List<String> names) {
        ObjectNode out = original.deepCopy();
        int changes = 1 + source.below(3);
        for (int i = 0; i < changes; i++) {
            List<JsonNode> containers = new ArrayList<>();
            containers(out, containers);
            mutate(source, source.of(containers), names);
        }
        return out;
    }

    private static void containers(JsonNode node, List<JsonNode> all) {
        if (node.isContainerNode()) {
            all.add(node);
            node.forEach(child -> containers(child, all));
        }
    }

    private static void mutate(Source source, JsonNode container, List<String> names) {
        if (container instanceof ObjectNode object) {
            List<String> present = new ArrayList<>();
            object.fieldNames().forEachRemaining(present::add);
            if (present.isEmpty() || source.onceIn(5)) {
                object.set(source.onceIn(3) ? source.text() : source.of(names), value(source, names, 3));
                return;
            }
            String name = source.of(present);
            if (source.onceIn(4)) {
                object.remove(name);
            } else if (source.onceIn(6)) {
                JsonNode moved = object.remove(name);
                object.set(source.of(names), moved);
            } else {
                object.set(name, value(source, names, 2));
            }
        } else if (container instanceof ArrayNode array) {
            if (array.isEmpty() || source.onceIn(4)) {
                array.add(value(source, names, 2));
                return;
            }
            int at = source.below(array.size());
            switch (source.below(3)) {
                case 0 -> array.remove(at);
                case 1 -> array.add(array.get(at).deepCopy());
                default -> array.set(at, value(source, names, 2));
            }
        }
    }

    /** All names of members in a document, each once. */
    public static List<String> names(JsonNode document) {
        List<String> names = new ArrayList<>();
        List<JsonNode> all = new ArrayList<>();
        containers(document, all);
        all.forEach(node -> node.fieldNames().forEachRemaining(names::add));
        return names.stream().distinct().sorted().toList();
    }
}
