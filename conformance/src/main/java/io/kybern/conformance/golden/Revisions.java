package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a resourceVersion means: compared with those seen of the same object before, or with the items of its list. */
final class Revisions {
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    /** By uid, ascending. */
    private final Map<String, List<String>> seen = new HashMap<>();

    String ofObject(JsonNode metadata) {
        String version = metadata.path("resourceVersion").asText();
        JsonNode uid = metadata.path("uid");
        if (!plain(metadata)) {
            return odd(metadata);
        }
        if (uid.isMissingNode() || uid.isNull()) {
            return "<rv:any>";
        }
        List<String> known = seen.computeIfAbsent(uid.asText(), unused -> new ArrayList<>());
        if (known.contains(version)) {
            return known.getLast().equals(version) ? "<rv:same>" : "<rv:earlier>";
        }
        if (!known.isEmpty() && new BigInteger(version).compareTo(new BigInteger(known.getLast())) <= 0) {
            return "<rv:unseen-older>";
        }
        known.add(version);
        return "<rv:new>";
    }

    /** @param items objects, or rows of a table */
    String ofList(JsonNode metadata, JsonNode items) {
        if (!plain(metadata)) {
            return odd(metadata);
        }
        if (metadata.hasNonNull("uid")) {
            return ofObject(metadata);
        }
        BigInteger version = new BigInteger(metadata.path("resourceVersion").asText());
        for (JsonNode item : items) {
            JsonNode object = item.has("cells") ? item.path("object") : item;
            JsonNode inner = object.path("metadata").path("resourceVersion");
            if (inner.isTextual()
                    && DIGITS.matcher(inner.textValue()).matches()
                    && version.compareTo(new BigInteger(inner.textValue())) < 0) {
                return "<rv:list-older-than-items>";
            }
        }
        return "<rv:list>";
    }

    private static boolean plain(JsonNode metadata) {
        JsonNode version = metadata.path("resourceVersion");
        return version.isTextual()
                && DIGITS.matcher(version.textValue()).matches()
                && !version.textValue().equals("0");
    }

    private static String odd(JsonNode metadata) {
        JsonNode version = metadata.path("resourceVersion");
        return version.isTextual() && List.of("", "0").contains(version.textValue()) ? version.textValue() : "<rv:odd>";
    }
}
