package io.kybern.apiserver.storage;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One revision of an object as it is served: its wire bytes with {@code resourceVersion} in place. Shared between the
 * cache, events and responses; never modified. Other forms of it (a parsed tree, protobuf, a table row) are made on
 * demand by {@link #form} and live as long as this revision does.
 */
public final class StoredObject {
    private final ObjectKey key;
    private final Revision revision;
    private final byte[] json;
    private final int itemOffset;
    private final Map<String, String> labels;
    private final Map<String, String> fields;
    private volatile @Nullable ConcurrentHashMap<Object, Object> forms;

    public StoredObject(
            ObjectKey key,
            Revision revision,
            byte[] json,
            int itemOffset,
            Map<String, String> labels,
            Map<String, String> fields) {
        this.key = key;
        this.revision = revision;
        this.json = json;
        this.itemOffset = itemOffset;
        this.labels = labels;
        this.fields = fields;
    }

    /** Puts the revision into an encoded object: one copy. */
    public static StoredObject of(ObjectKey key, Revision revision, EncodedObject object) {
        byte[] member = ("\"resourceVersion\":\"" + revision.value() + "\",").getBytes(StandardCharsets.ISO_8859_1);
        byte[] from = object.json();
        int at = object.spliceOffset();
        // an empty rest of metadata must not leave a comma before its brace
        int length = from[at] == '}' ? member.length - 1 : member.length;
        byte[] wire = new byte[from.length + length];
        System.arraycopy(from, 0, wire, 0, at);
        System.arraycopy(member, 0, wire, at, length);
        System.arraycopy(from, at, wire, at + length, from.length - at);
        return new StoredObject(key, revision, wire, object.itemOffset(), object.labels(), object.fields());
    }

    public ObjectKey key() {
        return key;
    }

    public Revision revision() {
        return revision;
    }

    /** The whole object as JSON; do not modify. */
    public byte[] json() {
        return json;
    }

    /** Where in {@link #json} the part of a typed list item starts: the {@code "metadata"} member. */
    public int itemOffset() {
        return itemOffset;
    }

    public Map<String, String> labels() {
        return labels;
    }

    public Map<String, String> fields() {
        return fields;
    }

    /** A derived form, computed at most a few times and kept with this revision. */
    @SuppressWarnings("unchecked")
    public <T> T form(Object name, Function<StoredObject, T> make) {
        ConcurrentHashMap<Object, Object> map = forms;
        if (map == null) {
            synchronized (this) {
                map = forms;
                if (map == null) {
                    map = new ConcurrentHashMap<>(4);
                    forms = map;
                }
            }
        }
        Object known = map.get(name);
        if (known == null) {
            known = make.apply(this);
            map.put(name, known);
        }
        return (T) known;
    }
}
