package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code a.b.0.c}, or {@code $} for the whole value; a key with dots is written {@code a["x.y"]}. */
record JsonPath(List<String> parts) {
    private static final Pattern PART = Pattern.compile("\\[\"([^\"]+)\"]|([^.\\[\\]]+)");

    /** There is nothing at this path, or nothing can be. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String part) {
            super("nothing at " + part);
        }
    }

    static JsonPath of(String text) {
        List<String> parts = new ArrayList<>();
        if (!text.equals("$")) {
            Matcher matcher = PART.matcher(text);
            while (matcher.find()) {
                parts.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            }
        }
        return new JsonPath(parts);
    }

    /** @throws Missing if there is nothing */
    JsonNode get(JsonNode root) {
        JsonNode node = root;
        for (String part : parts) {
            node = child(node, part);
        }
        return node;
    }

    /** Sets what is there or not yet; a list may grow by one element. */
    void set(JsonNode root, JsonNode value) {
        String last = last();
        switch (parent(root)) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array -> {
                int index = index(last);
                if (index == array.size()) {
                    array.add(value);
                } else {
                    child(array, last);
                    array.set(index, value);
                }
            }
            default -> throw new Missing(last);
        }
    }

    /** Removes a key that may be absent, or an element that must be there. What leads to a key is made. */
    void remove(JsonNode root) {
        String last = last();
        switch (parent(root)) {
            case ObjectNode object -> object.remove(last);
            case ArrayNode array -> {
                child(array, last);
                array.remove(index(last));
            }
            default -> throw new Missing(last);
        }
    }

    private String last() {
        if (parts.isEmpty()) {
            throw new Missing("the whole value");
        }
        return parts.getLast();
    }

    private JsonNode parent(JsonNode root) {
        JsonNode node = root;
        for (String part : parts.subList(0, parts.size() - 1)) {
            if (node instanceof ObjectNode object && !object.has(part)) {
                object.putObject(part);
            }
            node = child(node, part);
        }
        return node;
    }

    private static JsonNode child(JsonNode node, String part) {
        JsonNode child = node.isArray() ? node.get(index(part)) : node.get(part);
        if (child == null) {
            throw new Missing(part);
        }
        return child;
    }

    private static int index(String part) {
        try {
            return Integer.parseInt(part);
        } catch (NumberFormatException e) {
            throw new Missing(part);
        }
    }
}
