package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldPath;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes fields out of an object that its schema does not know, and tells which: the {@code unknown field "spec.foo"} of
 * field validation.
 */
public final class Pruning {
    /** What a schema means by saying nothing. */
    private enum Silence {
        /** Custom resources: an object has the properties that are declared and no others. */
        CLOSED,
        /** Built-in kinds: an object without declared properties has any. */
        OPEN
    }

    /** Characters of what is told of one object: below one long name there may be a hundred thousand fields that are unknown. */
    private static final int MOST_TEXT = 8 << 20;

    private final Silence silence;
    private final List<String> unknown = new ArrayList<>();
    private int told;

    private Pruning(Silence silence) {
        this.silence = silence;
    }

    /**
     * Prunes a custom resource in place; {@code apiVersion}, {@code kind} and {@code metadata} of it and of embedded
     * resources stay.
     *
     * @return the paths of what went, sorted
     */
    public static List<String> pruneCustom(ObjectNode object, Schema schema) {
        Pruning pruning = new Pruning(Silence.CLOSED);
        pruning.object(object, schema, null, true, schema.preserveUnknownFields());
        pruning.unknown.sort(null);
        return pruning.unknown;
    }

    /**
     * Prunes an object of a built-in kind in place.
     *
     * @return the paths of what went, in the order of the object
     */
    public static List<String> pruneBuiltIn(ObjectNode object, Schema schema) {
        Pruning pruning = new Pruning(Silence.OPEN);
        pruning.object(object, schema, null, false, false);
        return pruning.unknown;
    }

    private void value(JsonNode value, Schema schema, FieldPath path, boolean keeps) {
        boolean preserves = schema.preserveUnknownFields();
        if (value instanceof ObjectNode object) {
            object(object, schema, path, schema.embeddedResource(), preserves);
        } else if (value.isArray()) {
            // Inside lists that keep unknown fields, those of the items are kept too.
            boolean kept = keeps || preserves;
            for (int i = 0; i < value.size(); i++) {
                JsonNode item = value.get(i);
                if (kept && item instanceof ObjectNode object) {
                    object(object, schema.item(), path.index(i), schema.item().embeddedResource(), true);
                } else {
                    value(item, schema.item(), path.index(i), kept);
                }
            }
        }
    }

    private void object(
            ObjectNode object, Schema schema, @Nullable FieldPath path, boolean embedded, boolean preserves) {
        if (silence == Silence.OPEN && (isFree(schema) || preserves)) {
            return;
        }
        for (Iterator<Map.Entry<String, JsonNode>> i = object.properties().iterator(); i.hasNext(); ) {
            Map.Entry<String, JsonNode> e = i.next();
            String name = e.getKey();
            if (embedded && isMeta(name)) {
                continue;
            }
            Schema type = schema.child(name);
            FieldPath child = path == null ? FieldPath.of(name) : path.child(name);
            if (type.declared()) {
                value(e.getValue(), type, child, false);
            } else if (!preserves) {
                tell(child);
                i.remove();
            }
        }
    }

    private void tell(FieldPath path) {
        if (told < MOST_TEXT) {
            told += path.length();
            unknown.add(path.toString());
        }
    }

    private static boolean isFree(Schema schema) {
        return schema.properties().isEmpty() && !schema.values().declared();
    }

    static boolean isMeta(String name) {
        return name.equals("metadata") || name.equals("kind") || name.equals("apiVersion");
    }
}
