package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who is who: a uid becomes {@code <uid:Kind/name>}, a generated name {@code prefix-<rand>}, the same wherever it appears. */
final class Identities {
    /** What a server leaves of a longer prefix. */
    private static final int LONGEST_PREFIX = 58;

    private static final int RANDOM_LETTERS = 5;

    private final String namespace;
    private final Literals literals;
    private final Map<String, String> uids = new HashMap<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();

    Identities(String namespace, Literals literals) {
        this.namespace = namespace;
        this.literals = literals;
    }

    /** Learns the objects of an answer; with {@code dryRun} they are not stored, so their names have no new generation. */
    void collect(JsonNode answer, boolean dryRun) {
        collect(answer, "", dryRun);
    }

    private void collect(JsonNode node, String kindOfItems, boolean dryRun) {
        if (node.isArray()) {
            node.forEach(element -> collect(element, kindOfItems, dryRun));
            return;
        }
        if (!node.isObject()) {
            return;
        }
        String kind = node.path("kind").isTextual() ? node.path("kind").textValue() : kindOfItems;
        JsonNode metadata = node.path("metadata");
        if (metadata.isObject()) {
            String name = metadata.path("name").asText("None");
            learnName(metadata.path("generateName").asText(""), metadata.path("name"));
            label(metadata.path("uid"), (kind.isEmpty() ? "?" : kind) + "/" + names.getOrDefault(name, name), dryRun);
        }
        JsonNode details = node.path("details");
        if (details.isObject()) {
            String what = details.path("kind").asText("None") + "/"
                    + details.path("name").asText("None");
            label(details.path("uid"), what, dryRun);
        }
        String item = kind.endsWith("List") ? kind.substring(0, kind.length() - "List".length()) : "";
        node.fields()
                .forEachRemaining(
                        field -> collect(field.getValue(), field.getKey().equals("items") ? item : "", dryRun));
    }

    private void learnName(String generateName, JsonNode name) {
        String prefix = generateName.substring(0, Math.min(LONGEST_PREFIX, generateName.length()));
        String text = name.asText("");
        if (!prefix.isEmpty()
                && text.startsWith(prefix)
                && text.length() == prefix.length() + RANDOM_LETTERS
                && !literals.contains(text)) {
            names.put(text, prefix + "<rand>");
        }
    }

    private void label(JsonNode uid, String what, boolean dryRun) {
        String text = uid.asText("");
        if (uids.containsKey(text) || !Literals.UUID.matcher(text).matches() || literals.isUuid(text)) {
            return;
        }
        if (dryRun) {
            uids.put(text, "<uid:dry run>");
            return;
        }
        String label = Literals.UUID.matcher(what.replace(namespace, "<ns>")).replaceAll("<uuid>");
        int generation = generations.merge(label, 1, Integer::sum);
        uids.put(text, "<uid:" + label + (generation == 1 ? "" : "#" + generation) + ">");
    }

    String uid(String uid) {
        return literals.isUuid(uid) ? uid : uids.getOrDefault(uid, "<uuid>");
    }

    String replaceNames(String text) {
        String replaced = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            replaced = replaced.replace(name.getKey(), name.getValue());
        }
        return replaced;
    }
}
