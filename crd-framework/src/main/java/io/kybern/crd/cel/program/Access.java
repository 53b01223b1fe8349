package io.kybern.crd.cel.program;

import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelOptional;
import io.kybern.crd.cel.value.Values;
import org.jspecify.annotations.Nullable;

/** Steps into values. */
final class Access {
    private Access() {}

    static Object field(Object container, String name) {
        return switch (container) {
            case CelMap map -> map.at(name);
            case StructValue struct -> {
                Object value = struct.fields().get(name);
                yield value == null ? CelError.noSuchKey(name) : value;
            }
            default -> CelError.noSuchKey(name);
        };
    }

    static Object at(Object container, Object key) {
        return switch (container) {
            case CelList list -> list.at(key);
            case CelMap map -> map.at(key);
            default -> CelError.noSuchKey(key);
        };
    }

    /** What is there, or none, or an error. */
    static Object optional(Object container, Object key) {
        @Nullable Object found = switch (container) {
            case CelMap map -> map.find(key);
            case CelList list -> {
                Object element = list.at(key);
                boolean outside = element instanceof CelError && element.equals(CelError.outOfBounds(key));
                yield outside ? null : element;
            }
            case StructValue struct -> struct.fields().get(key);
            default -> null;
        };
        return found instanceof CelError ? found : CelOptional.of(found);
    }

    static CelError notOptional(Object value) {
        return new CelError("cannot initialize optional entry from non-optional value " + Values.text(value));
    }
}
