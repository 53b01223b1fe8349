package io.kybern.apiserver.storage.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes on disk, format 1. Numbers are big-endian.
 *
 * <pre>
 * family    key                          value
 * default   "format"                     int                                     the format's version
 *           "compacted"                  long                                    history up to here is gone
 * keys      path                         created, modified, expires (longs)      live keys only: read at start
 * versions  path, 0, ~revision (long)    kind (1 put, 2 delete), created, value  the newest of a path comes first
 * log       revision (long), index (int) kind, previous revision (long), path    what a transaction changed
 * </pre>
 *
 * A value is written once; the log refers to it. Compaction walks the log up to its revision and removes the versions
 * that were replaced there, so that its cost depends on what changed and not on what is stored.
 */
final class Layout {
    static final int FORMAT = 1;
    static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
    static final byte[] COMPACTED_KEY = "compacted".getBytes(StandardCharsets.US_ASCII);
    static final byte PUT = 1;
    static final byte DELETE = 2;
    static final int VERSION_HEADER = 1 + Long.BYTES;
    private static final int LOG_HEADER = 1 + Long.BYTES;

    private Layout() {}

    static byte[] path(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Where versions of keys that are not less than {@code key} begin. A caller writes the key right behind {@code k} as
     * {@code k + '\0'}; versions of {@code k} itself have that zero too, so it becomes a one.
     */
    static byte[] bound(String key) {
        int zero = key.indexOf('\0');
        return path(zero < 0 ? key : key.substring(0, zero) + '\1');
    }

    static byte[] versionKey(byte[] path, long revision) {
        return ByteBuffer.allocate(path.length + 1 + Long.BYTES)
                .put(path)
                .put((byte) 0)
                .putLong(~revision)
                .array();
    }

    static long revisionOfVersion(byte[] versionKey) {
        return ~ByteBuffer.wrap(versionKey).getLong(versionKey.length - Long.BYTES);
    }

    static String pathOfVersion(byte[] versionKey) {
        return new String(versionKey, 0, versionKey.length - 1 - Long.BYTES, StandardCharsets.UTF_8);
    }

    static byte[] version(byte kind, long created, byte[] value) {
        return ByteBuffer.allocate(VERSION_HEADER + value.length)
                .put(kind)
                .putLong(created)
                .put(value)
                .array();
    }

    static long createdOfVersion(byte[] version) {
        return ByteBuffer.wrap(version).getLong(1);
    }

    static byte[] valueOfVersion(byte[] version) {
        return Arrays.copyOfRange(version, VERSION_HEADER, version.length);
    }

    static byte[] logKey(long revision, int index) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(revision)
                .putInt(index)
                .array();
    }

    static long revisionOfLog(byte[] logKey) {
        return ByteBuffer.wrap(logKey).getLong();
    }

    static byte[] log(byte kind, long previous, byte[] path) {
        return ByteBuffer.allocate(LOG_HEADER + path.length)
                .put(kind)
                .putLong(previous)
                .put(path)
                .array();
    }

    static boolean isDelete(byte[] log) {
        return log[0] == DELETE;
    }

    static long previousOfLog(byte[] log) {
        return ByteBuffer.wrap(log).getLong(1);
    }

    static byte[] pathOfLog(byte[] log) {
        return Arrays.copyOfRange(log, LOG_HEADER, log.length);
    }

    static byte[] state(KeyState state) {
        return ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(state.created())
                .putLong(state.modified())
                .putLong(state.expires())
                .array();
    }

    static KeyState state(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new KeyState(buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }
}
