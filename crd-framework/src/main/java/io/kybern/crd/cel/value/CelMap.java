package io.kybern.crd.cel.value;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map. Never changes. */
public abstract class CelMap {
    public abstract int size();

    public abstract List<Object> keys();

    /** The value of a key; null if there is none; an error if it is no key. */
    public abstract @Nullable Object find(Object key);

    public static CelMap of(Map<Object, Object> entries) {
        return new Plain(entries);
    }

    /** The key as maps have it: whole numbers of any type are the same. */
    static Object normalized(Object key) {
        return switch (key) {
            case UInt number when number.bits() >= 0 -> number.bits();
            case Double number when number == Math.rint(number) && Math.abs(number) < 0x1p62 -> number.longValue();
            default -> key;
        };
    }

    public final Object at(Object key) {
        Object found = find(key);
        return found == null ? CelError.noSuchKey(key) : found;
    }

    /** @return a Boolean or an error */
    public Object equalTo(Object value) {
        if (!(value instanceof CelMap other)) {
            return false;
        }
        if (size() != other.size()) {
            return false;
        }
        for (Object key : keys()) {
            Object mine = find(key);
            Object others = other.find(key);
            if (mine == null || others == null) {
                return false;
            }
            Object same = Values.equal(mine, others);
            if (!same.equals(true)) {
                return same;
            }
        }
        return true;
    }

    /** This map with one more entry, or an error if the key is there. */
    public final Object plus(Object key, Object value) {
        Object there = find(key);
        if (there != null) {
            return there instanceof CelError
                    ? there
                    : new CelError("insert failed: key " + Values.text(key) + " already exists");
        }
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (Object k : keys()) {
            entries.put(k, at(k));
        }
        entries.put(key, value);
        return of(entries);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("{");
        for (Object key : keys()) {
            out.append(out.length() == 1 ? "" : ", ")
                    .append(Values.text(key))
                    .append(": ")
                    .append(Values.text(at(key)));
        }
        return out.append('}').toString();
    }

    private static final class Plain extends CelMap {
        private final Map<Object, Object> entries;

        Plain(Map<Object, Object> entries) {
            Map<Object, Object> normalized = LinkedHashMap.newLinkedHashMap(entries.size());
            entries.forEach((key, value) -> normalized.put(normalized(key), value));
            this.entries = normalized;
        }

        @Override
        public int size() {
            return entries.size();
        }

        @Override
        public List<Object> keys() {
            return Collections.unmodifiableList(List.copyOf(entries.keySet()));
        }

        @Override
        public @Nullable Object find(Object key) {
            return key instanceof CelError ? key : entries.get(normalized(key));
        }
    }
}
