package io.kybern.conformance.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One or two changes of an object, chosen by a seed: a member gone, null, of another type, empty, odd or at the edge of its
 * range, an item doubled, an unknown member. The same seed changes two objects of the same structure alike.
 */
final class Mutation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of(
            "",
            "-",
            "a b",
            "A_B",
            "UPPER",
            "x".repeat(64),
            "x".repeat(254),
            "a.example.com/b",
            "a/b/c",
            "10.0.0.300",
            "1.2.3.4",
            "::1",
            "10.0.0.0/24",
            "0",
            "-1",
            "80",
            "65536",
            "101%",
            "50%",
            "1.5",
            "500m",
            "-5Gi",
            "True",
            "true",
            "Always",
            "None",
            "*",
            ".",
            "..",
            "2026-01-01T00:00:00Z",
            "é",
            "a=b",
            "http://x",
            "v1");
    private static final long[] NUMBERS = {
        0, 1, -1, 2, 65535, 65536, 101, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE
    };

    private final Random random;

    private Mutation(long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** A changed copy; changes come below one of these members, or anywhere if none are named. */
    static ObjectNode of(ObjectNode original, long seed, String... members) {
        Mutation mutation = new Mutation(seed);
        ObjectNode out = original.deepCopy();
        int changes = mutation.random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < changes; i++) {
            mutation.change(out, members);
        }
        return out;
    }

    private void change(ObjectNode object, String... members) {
        List<JsonNode> containers = new ArrayList<>();
        if (members.length == 0) {
            collect(object, containers);
        }
        for (String member : members) {
            collect(object.path(member), containers);
        }
        containers.removeIf(c -> c.isEmpty() && c.isArray());
        if (!containers.isEmpty()) {
            JsonNode container = containers.get(random.nextInt(containers.size()));
            if (container instanceof ObjectNode inner) {
                member(inner);
            } else if (container instanceof ArrayNode list) {
                item(list);
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> out) {
        if (node.isContainerNode()) {
            out.add(node);
            node.forEach(child -> collect(child, out));
        }
    }

    private void member(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        // What the servers do not share must not decide.
        names.removeAll(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields", "apiVersion", "kind"));
        if (names.isEmpty() || random.nextInt(20) == 0) {
            object.put(random.nextInt(2) == 0 ? "unknownField" : text(), text());
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(8)) {
            case 0, 1 -> object.remove(name);
            case 2 -> object.putNull(name);
            default -> object.set(name, other(object.get(name)));
        }
    }

    private void item(ArrayNode list) {
        int at = random.nextInt(list.size());
        switch (random.nextInt(5)) {
            case 0 -> list.remove(at);
            case 1, 2 -> list.add(list.get(at).deepCopy());
            case 3 -> list.removeAll();
            default -> list.set(at, other(list.get(at)));
        }
    }

    private JsonNode other(JsonNode value) {
        if (random.nextInt(6) == 0) {
            return ofAnyType();
        }
        return switch (value.getNodeType()) {
            case STRING -> NODES.textNode(random.nextInt(3) == 0 ? value.textValue() + text() : text());
            case NUMBER -> NODES.numberNode(NUMBERS[random.nextInt(NUMBERS.length)]);
            case BOOLEAN -> NODES.booleanNode(!value.booleanValue());
            case ARRAY -> NODES.arrayNode();
            case OBJECT -> NODES.objectNode();
            default -> ofAnyType();
        };
    }

    private JsonNode ofAnyType() {
        return switch (random.nextInt(5)) {
            case 0 -> NODES.textNode(text());
            case 1 -> NODES.numberNode(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 2 -> NODES.booleanNode(true);
            case 3 -> NODES.arrayNode().add(text());
            default -> NODES.objectNode().put("a", text());
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
