package io.kybern.crd.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What changes from one CustomResourceDefinition to another, and whether clients or stored objects may break by it:
 * whatever was valid, or was understood, and no longer is.
 */
public final class DefinitionDiff {
    private static final List<String> MOST = List.of("maximum", "maxLength", "maxItems", "maxProperties");
    private static final List<String> LEAST = List.of("minimum", "minLength", "minItems", "minProperties");

    private final List<Change> changes = new ArrayList<>();

    private DefinitionDiff() {}

    /** One difference, where it is, and whether it may break somebody. */
    public record Change(boolean breaking, String path, String what) {
        @Override
        public String toString() {
            return (breaking ? "breaking    " : "compatible  ") + path + ": " + what;
        }
    }

    /** The changes in the order of the old definition; empty if both mean the same. */
    public static List<Change> between(JsonNode old, JsonNode updated) {
        DefinitionDiff diff = new DefinitionDiff();
        JsonNode before = old.path("spec");
        JsonNode now = updated.path("spec");
        for (String field : List.of("group", "scope")) {
            diff.same(before.path(field), now.path(field), "spec." + field);
        }
        for (String field : List.of("plural", "kind")) {
            diff.same(before.path("names").path(field), now.path("names").path(field), "spec.names." + field);
        }
        diff.versions(before.path("versions"), now.path("versions"));
        return List.copyOf(diff.changes);
    }

    private void add(boolean breaking, String path, String what) {
        changes.add(new Change(breaking, path, what));
    }

    private void same(JsonNode before, JsonNode now, String path) {
        if (!before.equals(now)) {
            add(true, path, "changes from " + before + " to " + now);
        }
    }

    private static JsonNode version(JsonNode versions, JsonNode name) {
        for (JsonNode version : versions) {
            if (version.path("name").equals(name)) {
                return version;
            }
        }
        return MissingNode.getInstance();
    }

    private void versions(JsonNode before, JsonNode now) {
        for (JsonNode old : before) {
            String path = "version " + old.path("name").asText();
            JsonNode updated = version(now, old.path("name"));
            if (updated.isMissingNode()) {
                add(true, path, "is gone");
                continue;
            }
            if (old.path("served").asBoolean() && !updated.path("served").asBoolean()) {
                add(true, path, "is no longer served");
            }
            for (String subresource : List.of("status", "scale")) {
                boolean had = old.path("subresources").has(subresource);
                if (had != updated.path("subresources").has(subresource)) {
                    add(had, path, "subresource " + subresource + (had ? " is gone" : " is new"));
                }
            }
            schema(
                    old.path("schema").path("openAPIV3Schema"),
                    updated.path("schema").path("openAPIV3Schema"),
                    path);
        }
        for (JsonNode updated : now) {
            if (version(before, updated.path("name")).isMissingNode()) {
                add(false, "version " + updated.path("name").asText(), "is new");
            }
        }
    }

    private void schema(JsonNode old, JsonNode now, String path) {
        if (old.equals(now)) {
            return;
        }
        if (!old.path("type").equals(now.path("type"))) {
            add(true, path, "type changes from " + old.path("type") + " to " + now.path("type"));
            return;
        }
        limits(old, now, path);
        required(old, now, path);
        enumeration(old.path("enum"), now.path("enum"), path);
        rules(old.path("x-kubernetes-validations"), now.path("x-kubernetes-validations"), path);
        for (String field : List.of(
                "pattern", "format", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type")) {
            if (!old.path(field).equals(now.path(field))) {
                add(
                        !now.path(field).isMissingNode() || field.startsWith("x-"),
                        path,
                        field + " changes from " + old.path(field) + " to " + now.path(field));
            }
        }
        if (!old.path("default").equals(now.path("default"))) {
            add(false, path, "default changes from " + old.path("default") + " to " + now.path("default"));
        }
        flags(old, now, path);
        for (Map.Entry<String, JsonNode> e : old.path("properties").properties()) {
            String child = path + "." + e.getKey();
            if (now.path("properties").has(e.getKey())) {
                schema(e.getValue(), now.path("properties").path(e.getKey()), child);
            } else {
                add(true, child, "is gone: it will be pruned");
            }
        }
        for (Map.Entry<String, JsonNode> e : now.path("properties").properties()) {
            if (!old.path("properties").has(e.getKey())) {
                add(false, path + "." + e.getKey(), "is new");
            }
        }
        if (old.path("items").isObject()) {
            schema(old.path("items"), now.path("items"), path + "[]");
        }
        if (old.path("additionalProperties").isObject()) {
            schema(old.path("additionalProperties"), now.path("additionalProperties"), path + "{}");
        }
    }

    private void flags(JsonNode old, JsonNode now, String path) {
        for (String flag : List.of("nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string")) {
            boolean had = old.path(flag).asBoolean();
            if (had != now.path(flag).asBoolean()) {
                add(had, path, flag + (had ? " is no longer set" : " is set"));
            }
        }
    }

    private void limits(JsonNode old, JsonNode now, String path) {
        for (String field : MOST) {
            limit(old.path(field), now.path(field), field, path, 1);
        }
        for (String field : LEAST) {
            limit(old.path(field), now.path(field), field, path, -1);
        }
    }

    /** @param sign 1 for a limit that allows more the greater it is */
    private void limit(JsonNode old, JsonNode now, String field, String path, int sign) {
        if (old.equals(now)) {
            return;
        }
        boolean tighter = !now.isMissingNode()
                && (old.isMissingNode() || sign * Double.compare(now.doubleValue(), old.doubleValue()) < 0);
        String from = old.isMissingNode() ? "is new: " : "changes from " + old + " to ";
        add(tighter, path, field + " " + (now.isMissingNode() ? "is gone" : from + now));
    }

    private static Set<JsonNode> set(JsonNode list) {
        Set<JsonNode> all = new LinkedHashSet<>();
        list.forEach(all::add);
        return all;
    }

    private void required(JsonNode old, JsonNode now, String path) {
        for (JsonNode name : set(now.path("required"))) {
            if (!set(old.path("required")).contains(name)) {
                boolean filled = now.path("properties").path(name.asText()).has("default");
                add(!filled, path + "." + name.asText(), "is now required");
            }
        }
        for (JsonNode name : set(old.path("required"))) {
            if (!set(now.path("required")).contains(name)) {
                add(false, path + "." + name.asText(), "is no longer required");
            }
        }
    }

    private void enumeration(JsonNode old, JsonNode now, String path) {
        if (old.isMissingNode() && !now.isMissingNode()) {
            add(true, path, "only " + now + " is allowed");
        }
        for (JsonNode value : old) {
            if (!now.isMissingNode() && !set(now).contains(value)) {
                add(true, path, value + " is no longer allowed");
            }
        }
        for (JsonNode value : now) {
            if (!old.isMissingNode() && !set(old).contains(value)) {
                add(false, path, value + " is allowed, too");
            }
        }
    }

    private void rules(JsonNode old, JsonNode now, String path) {
        Set<String> before = new LinkedHashSet<>();
        old.forEach(r -> before.add(r.path("rule").asText()));
        Set<String> after = new LinkedHashSet<>();
        now.forEach(r -> after.add(r.path("rule").asText()));
        after.stream().filter(r -> !before.contains(r)).forEach(r -> add(true, path, "rule is new: " + r));
        before.stream().filter(r -> !after.contains(r)).forEach(r -> add(false, path, "rule is gone: " + r));
    }
}
