package io.kybern.apiserver.storage.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log. Numbers are big-endian.
 *
 * <pre>
 *  0  int   length of the whole entry in bytes; 0: nothing was written from here on
 *  4  int   CRC-32C of all that follows, with the segment's mark (see {@link Segment#mark})
 *  8  int   where in the segment the entry's batch begins: all before that was synced when this was written
 * 12  byte  kind: 1 put, 2 delete, 3 moved, 4 compacted
 * 13  byte  1: the last one of its transaction
 * 14  short 0
 * 16  int   length of the key
 * 20  long  revision
 * 28  long  created, of a put and what is moved: the revision at which the key came to be
 * 36  long  expires: when the key's lease ends, in milliseconds of the epoch; 0: never
 * 44  long  the revision of the state that it replaces; 0: there is none
 * 52  int   the segment, the offset and the length of that state's entry
 * 64  key in UTF-8, value
 * </pre>
 *
 * What is moved is a put of the past, revision included, that the log would lose with its oldest segment. A compaction has neither
 * key nor value: history up to its revision is gone.
 *
 * @param previous what a put or delete replaces; null: nothing
 */
record LogEntry(
        Kind kind,
        boolean last,
        String key,
        long revision,
        long created,
        long expires,
        @Nullable Replaced previous,
        byte[] value) {
    static final int HEADER = 64;
    private static final int CHECKED_FROM = 8;
    private static final int BATCH_AT = 8;
    private static final int KIND_AT = 12;
    private static final int KEY_LENGTH_AT = 16;
    private static final int LAST_AT = 13;
    private static final int REVISION_AT = 20;
    private static final int CREATED_AT = 28;
    private static final int EXPIRES_AT = 36;
    private static final int REPLACED_AT = 44;
    private static final byte[] NOTHING = new byte[0];
    private static final Kind[] KINDS = Kind.values();

    /** What an entry tells. */
    enum Kind {
        PUT,
        DELETE,
        MOVED,
        COMPACTED;

        private byte code() {
            return (byte) (ordinal() + 1);
        }
    }

    /** Where a replaced state stands. */
    record Replaced(long revision, int segment, int offset, int length) {}

    static LogEntry of(Change change, boolean last) {
        KeyState state = change.state();
        KeyState before = change.previous();
        Replaced previous = before == null ? null : before.place().of(before.modified());
        return state == null
                ? new LogEntry(Kind.DELETE, last, change.key(), change.revision(), 0, 0, previous, NOTHING)
                : new LogEntry(
                        Kind.PUT,
                        last,
                        change.key(),
                        change.revision(),
                        state.created(),
                        state.expires(),
                        previous,
                        change.value());
    }

    static LogEntry moved(String key, KeyState state, byte[] value) {
        return new LogEntry(Kind.MOVED, true, key, state.modified(), state.created(), state.expires(), null, value);
    }

    static LogEntry compacted(long revision) {
        return new LogEntry(Kind.COMPACTED, true, "", revision, 0, 0, null, NOTHING);
    }

    /** Whether it makes a state of its key. */
    boolean isState() {
        return kind == Kind.PUT || kind == Kind.MOVED;
    }

    /** Whether it belongs to the history of changes. */
    boolean isChange() {
        return kind == Kind.PUT || kind == Kind.DELETE;
    }

    KeyState state(Place place) {
        return new KeyState(created, revision, expires, place);
    }

    /** What it takes, for a key that is known in bytes. */
    static int length(byte[] path, LogEntry entry) {
        return HEADER + path.length + entry.value.length;
    }

    /** Appends it to a buffer that has room. */
    void encode(ByteBuffer out, byte[] path, int batch, int mark) {
        int start = out.position();
        int length = length(path, this);
        out.putInt(length)
                .putInt(0)
                .putInt(batch)
                .put(kind.code())
                .put((byte) (last ? 1 : 0))
                .putShort((short) 0);
        out.putInt(path.length).putLong(revision).putLong(created).putLong(expires);
        Replaced before = previous;
        if (before == null) {
            out.putLong(0).putInt(0).putInt(0).putInt(0);
        } else {
            out.putLong(before.revision)
                    .putInt(before.segment)
                    .putInt(before.offset)
                    .putInt(before.length);
        }
        out.put(path).put(value);
        out.putInt(start + Integer.BYTES, checksum(out, start, length) ^ mark);
    }

    /** The length that the entry at a position claims, if it can be one: of the header and no more than {@code most}; else -1. */
    static int length(ByteBuffer in, int at, int most) {
        if (most < HEADER) {
            return -1;
        }
        int length = in.getInt(at);
        byte kind = in.get(at + KIND_AT);
        int key = in.getInt(at + KEY_LENGTH_AT);
        return length < HEADER || length > most || kind < 1 || kind > KINDS.length || key < 0 || key > length - HEADER
                ? -1
                : length;
    }

    static boolean isChange(ByteBuffer in, int at) {
        byte kind = in.get(at + KIND_AT);
        return kind == Kind.PUT.code() || kind == Kind.DELETE.code();
    }

    /** Whether the key of the entry at a position begins so. */
    static boolean hasPrefix(byte[] in, int at, byte[] prefix) {
        int key = at + HEADER;
        int length = ByteBuffer.wrap(in).getInt(at + KEY_LENGTH_AT);
        return length >= prefix.length && Arrays.equals(in, key, key + prefix.length, prefix, 0, prefix.length);
    }

    static long revision(ByteBuffer in, int at) {
        return in.getLong(at + REVISION_AT);
    }

    static int batch(ByteBuffer in, int at) {
        return in.getInt(at + BATCH_AT);
    }

    /** Whether the bytes of an entry are as they were written, to the segment with this mark. */
    static boolean isWhole(ByteBuffer in, int at, int length, int mark) {
        return in.getInt(at + Integer.BYTES) == (checksum(in, at, length) ^ mark);
    }

    private static int checksum(ByteBuffer bytes, int at, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate().position(at + CHECKED_FROM).limit(at + length));
        return (int) sum.getValue();
    }

    /**
     * Reads an entry that is whole.
     *
     * @param withValue whether the value follows the key in {@code in}, and is wanted
     */
    static LogEntry decode(ByteBuffer in, int at, boolean withValue) {
        int length = in.getInt(at);
        byte[] path = new byte[in.getInt(at + KEY_LENGTH_AT)];
        in.get(at + HEADER, path);
        byte[] value = NOTHING;
        if (withValue && length > HEADER + path.length) {
            value = new byte[length - HEADER - path.length];
            in.get(at + HEADER + path.length, value);
        }
        long replaced = in.getLong(at + REPLACED_AT);
        return new LogEntry(
                KINDS[in.get(at + KIND_AT) - 1],
                in.get(at + LAST_AT) == 1,
                new String(path, StandardCharsets.UTF_8),
                in.getLong(at + REVISION_AT),
                in.getLong(at + CREATED_AT),
                in.getLong(at + EXPIRES_AT),
                replaced == 0
                        ? null
                        : new Replaced(
                                replaced,
                                in.getInt(at + REPLACED_AT + 8),
                                in.getInt(at + REPLACED_AT + 12),
                                in.getInt(at + REPLACED_AT + 16)),
                value);
    }
}
