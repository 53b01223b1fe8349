package io.kybern.apiserver.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One revision of an object as it is served: its wire bytes with {@code resourceVersion} in place. Shared between the
 * cache, events and responses; never modified. Other forms of it (a parsed tree, protobuf, a table row) are made on
 * demand by {@link #form} and kept for a while.
 */
public final class StoredObject implements OrderedMap.Marked {
    /** Of a form's entries in tables, about. */
    private static final int OVERHEAD = 200;
    /** A parsed tree holds about so many times the bytes of its JSON. */
    private static final int TREE_FACTOR = 6;

    private final ObjectKey key;
    private final Revision revision;
    private final byte[] json;
    private final int itemOffset;
    private final int spliceOffset;
    private final int memberLength;
    private final Map<String, String> labels;
    private final Map<String, String> fields;
    private final long marks;
    private volatile @Nullable ConcurrentHashMap<Object, Object> forms;

    private StoredObject(ObjectKey key, Revision revision, byte[] json, EncodedObject from) {
        this.key = key;
        this.revision = revision;
        this.json = json;
        this.itemOffset = from.itemOffset();
        this.spliceOffset = from.spliceOffset();
        this.memberLength = json.length - from.json().length;
        this.labels = from.labels();
        this.fields = from.fields();
        this.marks = Marks.of(labels, fields);
    }

    /** Puts the revision into an encoded object: one copy. */
    public static StoredObject of(ObjectKey key, Revision revision, EncodedObject object) {
        byte[] from = object.json();
        int at = object.spliceOffset();
        byte[] member = member(from, at, revision);
        byte[] wire = new byte[from.length + member.length];
        System.arraycopy(from, 0, wire, 0, at);
        System.arraycopy(member, 0, wire, at, member.length);
        System.arraycopy(from, at, wire, at + member.length, from.length - at);
        return new StoredObject(key, revision, wire, object);
    }

    /** The member with the comma that its place needs: behind it, before it, or none in an otherwise empty object. */
    private static byte[] member(byte[] json, int at, Revision revision) {
        String member = "\"resourceVersion\":\"" + revision.value() + "\"";
        if (json[at] != '}') {
            member += ",";
        } else if (json[at - 1] != '{') {
            member = "," + member;
        }
        return member.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same object as of another revision: what a watcher sees of an object that went away. */
    public StoredObject withRevision(Revision other) {
        return of(key, other, encoded());
    }

    /** The object without its revision, as it goes to the store. */
    public EncodedObject encoded() {
        int length = memberLength;
        byte[] bare = new byte[json.length - length];
        System.arraycopy(json, 0, bare, 0, spliceOffset);
        System.arraycopy(json, spliceOffset + length, bare, spliceOffset, bare.length - spliceOffset);
        return new EncodedObject(bare, itemOffset, spliceOffset, labels, fields);
    }

    /** Whether these are the bytes of an encoded object, its revision apart. */
    public boolean holds(EncodedObject other) {
        byte[] bare = other.json();
        int rest = spliceOffset + memberLength;
        return bare.length == encodedLength()
                && Arrays.equals(bare, 0, spliceOffset, json, 0, spliceOffset)
                && Arrays.equals(bare, spliceOffset, bare.length, json, rest, json.length);
    }

    /** The bytes of the object without its revision. */
    public int encodedLength() {
        return json.length - memberLength;
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

    @Override
    public long marks() {
        return marks;
    }

    /** The same revision of the same object with the same bytes. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof StoredObject that
                        && revision.equals(that.revision)
                        && key.equals(that.key)
                        && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + revision.hashCode();
    }

    @Override
    public String toString() {
        return key.path() + "@" + revision;
    }

    /** A derived form, made anew if it wasn't asked for lately: {@link RecentForms} bounds what all of them hold. */
    @SuppressWarnings("unchecked")
    public <T> T form(Object name, Function<StoredObject, T> make) {
        ConcurrentHashMap<Object, Object> map = forms();
        Object known = map.get(name);
        if (known == null) {
            known = make.apply(this);
            if (map.put(name, known) == null) {
                RecentForms.OF_PROCESS.add(this, name, weight(known));
            }
        }
        return (T) known;
    }

    private ConcurrentHashMap<Object, Object> forms() {
        ConcurrentHashMap<Object, Object> map = forms;
        if (map == null) {
            synchronized (this) {
                map = forms;
                if (map == null) {
                    map = new ConcurrentHashMap<>(2);
                    forms = map;
                }
            }
        }
        return map;
    }

    private long weight(Object form) {
        return OVERHEAD + (form instanceof byte[] bytes ? bytes.length : (long) json.length * TREE_FACTOR);
    }

    /** What was kept under a name, as {@link #keep} does. */
    @SuppressWarnings("unchecked")
    public <T> Optional<T> kept(Object name) {
        ConcurrentHashMap<Object, Object> map = forms;
        return map == null ? Optional.empty() : Optional.ofNullable((T) map.get(name));
    }

    /** Keeps something as long as this object, unless there is something already; returns what is there then. */
    @SuppressWarnings("unchecked")
    public <T> T keep(Object name, T value) {
        Object known = forms().putIfAbsent(name, value);
        return known == null ? value : (T) known;
    }

    /** No longer keeps this under that name. */
    public void forget(Object name, Object value) {
        ConcurrentHashMap<Object, Object> map = forms;
        if (map != null) {
            map.remove(name, value);
        }
    }

    void forget(Object name) {
        ConcurrentHashMap<Object, Object> map = forms;
        if (map != null) {
            map.remove(name);
        }
    }
}
