package io.kybern.conformance.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers without what no two servers have in common. */
final class Steady {
    private static final Set<String> CHANGING =
            Set.of("uid", "resourceVersion", "creationTimestamp", "time", "lastTransitionTime");

    private Steady() {}

    static JsonNode of(JsonNode answer) {
        JsonNode copy = answer.deepCopy();
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(CHANGING);
        }
        if (copy.at("/metadata/managedFields") instanceof ArrayNode managers) {
            sort(managers, "manager", "subresource");
        }
        if (copy.at("/status/conditions") instanceof ArrayNode conditions) {
            sort(conditions, "type");
        }
        if (copy instanceof ObjectNode object && object.path("kind").asText().equals("Status")) {
            sortCauses(object);
        }
        return copy;
    }

    /** By the values of these members: the original's controllers add theirs in any order. */
    private static void sort(ArrayNode list, String... members) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        for (JsonNode item : list) {
            ((ObjectNode) item).remove(CHANGING);
            String key = Stream.of(members).map(m -> item.path(m).asText()).collect(Collectors.joining(" "));
            sorted.put(key, item);
        }
        list.removeAll();
        list.addAll(sorted.values());
    }

    /** The original complains of the fields of an object in any order. */
    private static void sortCauses(ObjectNode status) {
        Set<String> causes = new TreeSet<>();
        status.at("/details/causes").forEach(cause -> causes.add(cause.toString()));
        if (!causes.isEmpty()) {
            status.remove("message");
            status.withObject("/details").put("causes", String.join(" ", causes));
        }
    }

    /** The first place where the trees differ, as the left one has it. */
    static String firstDifference(JsonNode left, JsonNode right, String path) {
        if (left.isObject() && right.isObject()) {
            Set<String> names = new TreeSet<>();
            left.fieldNames().forEachRemaining(names::add);
            right.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                if (!left.path(name).equals(right.path(name))) {
                    return firstDifference(left.path(name), right.path(name), path + "/" + name);
                }
            }
        }
        if (left.isArray() && right.isArray() && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                if (!left.get(i).equals(right.get(i))) {
                    return firstDifference(left.get(i), right.get(i), path + "/" + i);
                }
            }
        }
        return path + " = " + left;
    }
}
