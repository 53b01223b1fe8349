package io.kybern.crd.cel.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
        Work.look(1 + size());
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
        return growing().with(normalized(key), value);
    }

    /** The same entries, to which others are added. */
    Grown growing() {
        Grown copy = new Grown(new ArrayList<>(), new HashMap<>(), 0);
        for (Object key : keys()) {
            copy = copy.with(key, at(key));
        }
        return copy;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("{");
        for (Object key : keys()) {
            out.append(out.length() == 1 ? "" : ", ")
                    .append(Values.text(key))
                    .append(": ")
                    .append(Values.text(at(key)));
            Work.write(4);
        }
        return out.append('}').toString();
    }

    /**
     * The first entries of a map that only grows. Adding to the one that ends where the map does adds in place, so that a loop
     * that collects costs no copies: the smaller one does not see what came later. Of one evaluation, on one thread.
     */
    private static final class Grown extends CelMap {
        private final List<Object> keys;
        private final Map<Object, Entry> entries;
        private final int size;

        private record Entry(int index, Object value) {}

        Grown(List<Object> keys, Map<Object, Entry> entries, int size) {
            this.keys = keys;
            this.entries = entries;
            this.size = size;
        }

        Grown with(Object key, Object value) {
            keys.add(key);
            entries.put(key, new Entry(size, value));
            return new Grown(keys, entries, size + 1);
        }

        @Override
        Grown growing() {
            return keys.size() == size ? this : super.growing();
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public List<Object> keys() {
            return Collections.unmodifiableList(keys.subList(0, size).stream().toList());
        }

        @Override
        public @Nullable Object find(Object key) {
            if (key instanceof CelError) {
                return key;
            }
            Entry entry = entries.get(normalized(key));
            return entry == null || entry.index() >= size ? null : entry.value();
        }
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
