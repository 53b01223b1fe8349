package io.kybern.operators.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The name of a pod template: a 32-bit FNV-1a hash over its JSON with sorted keys and without empty values, so that it
 * stays the same when a field is added to the model. It need not be what another implementation computes: whose
 * ReplicaSet or revision a template belongs to is decided by comparing templates. Two templates may collide; the collision
 * count of the owner then makes the difference.
 */
public final class TemplateHash {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TemplateHash() {}

    public static String of(PodTemplateSpec template, Optional<Integer> collisions) {
        StringBuilder canonical = new StringBuilder();
        append(MAPPER.valueToTree(template), canonical);
        collisions.ifPresent(count -> canonical.append('#').append(count.intValue()));
        int hash = 0x811c9dc5;
        for (byte b : canonical.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        return SafeName.of(Integer.toUnsignedString(hash));
    }

    private static void append(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            out.append('{');
            var names = new TreeSet<String>();
            node.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode value = node.get(name);
                if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
                    out.append(name).append(':');
                    append(value, out);
                }
            }
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            node.forEach(item -> {
                append(item, out);
                out.append(',');
            });
            out.append(']');
        } else {
            out.append(node.isTextual() ? node.textValue() : node.toString()).append(';');
        }
    }
}
