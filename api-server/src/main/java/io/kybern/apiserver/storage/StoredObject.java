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

    /** So many past revisions are made from one another before one stays whole. */
    private static final int LONGEST_CHAIN = 32;
    /** To make one of a past revision anew so many bytes are copied at most, for large objects a few times their own. */
    private static final int MOST_COPIED = 1 << 20;

    private static final int SHORTEST_CHAIN = 4;
    /** What a delta takes beside its bytes, about. */
    private static final int PACKED_OVERHEAD = 48;

    private final ObjectKey key;
    private final Revision revision;
    /** The JSON as bytes, or {@link PackedJson}. */
    private volatile Object body;

    private final int itemOffset;
    private final int spliceOffset;
    private final short memberLength;
    /** How many past revisions are made from this one, each from the next; known to who packs. */
    private short chain;

    private final Map<String, String> labels;
    private final Map<String, String> fields;
    private final long marks;
    private volatile @Nullable ConcurrentHashMap<Object, Object> forms;

    private StoredObject(
            ObjectKey key,
            Revision revision,
            byte[] json,
            EncodedObject from,
            Map<String, String> labels,
            Map<String, String> fields) {
        this.key = key;
        this.revision = revision;
        this.body = json;
        this.itemOffset = from.itemOffset();
        this.spliceOffset = from.spliceOffset();
        this.memberLength = (short) (json.length - from.json().length);
        this.labels = labels;
        this.fields = fields;
        this.marks = Marks.of(labels, fields);
    }

    /** Puts the revision into an encoded object: one copy. */
    public static StoredObject of(ObjectKey key, Revision revision, EncodedObject object) {
        return new StoredObject(key, revision, wire(object, revision), object, object.labels(), object.fields());
    }

    /** A later revision of the object. What is indexed of it is shared, where it is the same. */
    public StoredObject next(Revision later, EncodedObject object) {
        return new StoredObject(
                key,
                later,
                wire(object, later),
                object,
                labels.equals(object.labels()) ? labels : object.labels(),
                fields.equals(object.fields()) ? fields : object.fields());
    }

    private static byte[] wire(EncodedObject object, Revision revision) {
        byte[] from = object.json();
        int at = object.spliceOffset();
        byte[] member = member(from, at, revision);
        byte[] wire = new byte[from.length + member.length];
        System.arraycopy(from, 0, wire, 0, at);
        System.arraycopy(member, 0, wire, at, member.length);
        System.arraycopy(from, at, wire, at + member.length, from.length - at);
        return wire;
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
        return next(other, encoded());
    }

    /** The object without its revision, as it goes to the store. */
    public EncodedObject encoded() {
        byte[] json = json();
        int length = memberLength;
        byte[] bare = new byte[json.length - length];
        System.arraycopy(json, 0, bare, 0, spliceOffset);
        System.arraycopy(json, spliceOffset + length, bare, spliceOffset, bare.length - spliceOffset);
        return new EncodedObject(bare, itemOffset, spliceOffset, labels, fields);
    }

    /** Whether these are the bytes of an encoded object, its revision apart. */
    public boolean holds(EncodedObject other) {
        byte[] bare = other.json();
        byte[] json = json();
        int rest = spliceOffset + memberLength;
        return bare.length == encodedLength()
                && Arrays.equals(bare, 0, spliceOffset, json, 0, spliceOffset)
                && Arrays.equals(bare, spliceOffset, bare.length, json, rest, json.length);
    }

    /** The bytes of the object without its revision. */
    public int encodedLength() {
        return length() - memberLength;
    }

    public ObjectKey key() {
        return key;
    }

    public Revision revision() {
        return revision;
    }

    /** The whole object as JSON; do not modify. Of a packed one they are made anew each time. */
    public byte[] json() {
        Object known = body;
        return known instanceof PackedJson packed ? packed.unpack() : (byte[]) known;
    }

    /** How many bytes its JSON has. */
    public int length() {
        Object known = body;
        return known instanceof PackedJson packed ? packed.length() : ((byte[]) known).length;
    }

    Object body() {
        return body;
    }

    /**
     * Holds its JSON by what differs from the next revision of the same object, and no derived forms, if that takes half of it
     * or less. Each so many revisions one stays whole. One thread at a time packs.
     *
     * @return how many bytes that saves; 0: nothing has changed
     */
    public int packOnto(StoredObject next) {
        int length = length();
        if (chain >= Math.clamp(MOST_COPIED / Math.max(1, length), SHORTEST_CHAIN, LONGEST_CHAIN)) {
            return 0;
        }
        int saved = pack(next, length / 2);
        if (saved > 0) {
            next.chain = (short) (chain + 1);
        }
        return saved;
    }

    /** The same by what differs from another object, which stays whole, if that takes a quarter or less. */
    public int packLike(StoredObject other) {
        return pack(other, length() * 3 / 4);
    }

    private int pack(StoredObject base, int least) {
        if (!(body instanceof byte[] json)) {
            return 0;
        }
        byte[] delta = Delta.encode(base.json(), json);
        int saved = json.length - delta.length - PACKED_OVERHEAD;
        if (saved < least) {
            return 0;
        }
        body = new PackedJson(base, delta, json.length);
        forms = null;
        return saved;
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
                        && Arrays.equals(json(), that.json());
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
        return OVERHEAD + (form instanceof byte[] bytes ? bytes.length : (long) length() * TREE_FACTOR);
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
