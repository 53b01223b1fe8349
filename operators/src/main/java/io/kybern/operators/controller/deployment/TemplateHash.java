package io.kybern.operators.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The name of a pod template: a 32-bit FNV-1a hash over its JSON with sorted keys and without empty values, so that it
 * stays the same when a field is added to the model. It need not be what another implementation computes: whose
 * ReplicaSet a template belongs to is decided by comparing templates. Two templates may collide; the collision count of
 * the Deployment then makes the difference.
 */
final class TemplateHash {
    /** As Kubernetes encodes names that it generates: no vowels, so no words. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TemplateHash() {}

    static String of(PodTemplateSpec template, Optional<Integer> collisions) {
        StringBuilder canonical = new StringBuilder();
        append(MAPPER.valueToTree(template), canonical);
        collisions.ifPresent(count -> canonical.append('#').append(count.intValue()));
        int hash = 0x811c9dc5;
        for (byte b : canonical.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        StringBuilder name = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            name.append(ALPHABET.charAt(digit % ALPHABET.length()));
        }
        return name.toString();
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
