package io.kybern.conformance.bench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a stream of watch events, a line each, and checks that none comes that is not newer than the one before. Looks at few of the
 * bytes: who measures must not be what is measured. For one thread at a time.
 */
class EventReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long NEWLINES = '\n' * ONES;

    private static final byte[] VERSION = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "{\"type\":\"ERROR\"".getBytes(StandardCharsets.US_ASCII);
    /** What is wanted of an event stands in its beginning. */
    private static final int BEGINNING = 1_024;
    /** By how much names differ in length. */
    private static final int SWAY = 24;

    /** The beginning of a line that has come in part. */
    private final byte[] carried = new byte[BEGINNING];

    private int carriedLength;
    private boolean carrying;
    private int length;
    private int lastPlace;
    private long last;
    private long events;
    private long disorder;

    /** The next bytes, wherever events begin and end in them. */
    final void read(byte[] bytes, int offset, int limit) {
        int at = offset;
        while (at < limit) {
            int end = end(bytes, at, limit);
            if (end < 0) {
                carry(bytes, at, limit);
                return;
            }
            if (carrying) {
                carry(bytes, at, end);
                carrying = false;
                event(carried, 0, carriedLength);
                carriedLength = 0;
            } else {
                event(bytes, at, end);
            }
            length = end - at;
            at = end + 1;
        }
    }

    /** Lines hardly differ in length from one to the next; where one does, it is read whole. */
    private int end(byte[] bytes, int from, int to) {
        int near = from + length - SWAY;
        if (!carrying && near > from) {
            int end = newline(bytes, near, Math.min(to, near + 2 * SWAY));
            if (end >= 0) {
                return end;
            }
        }
        return newline(bytes, from, to);
    }

    private void carry(byte[] bytes, int from, int to) {
        int taken = Math.min(to - from, BEGINNING - carriedLength);
        System.arraycopy(bytes, from, carried, carriedLength, taken);
        carriedLength += taken;
        carrying = true;
    }

    private void event(byte[] bytes, int from, int to) {
        if (to - from > ERROR.length && Arrays.equals(bytes, from, from + ERROR.length, ERROR, 0, ERROR.length)) {
            return; // the server ends the watch
        }
        events++;
        long revision = revision(bytes, from, Math.min(to, from + BEGINNING));
        if (revision <= last) {
            disorder++;
        }
        last = revision;
        look(bytes, from, to);
    }

    /** Sees each event, between two places. */
    void look(byte[] bytes, int from, int to) {}

    /** Its place hardly changes from event to event. */
    private long revision(byte[] bytes, int from, int to) {
        int place = find(bytes, Math.max(from, from + lastPlace - SWAY), to);
        if (place < 0) {
            place = find(bytes, from, to);
        }
        if (place < 0) {
            throw new LoadException("not an event: " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }
        lastPlace = place - from;
        long revision = 0;
        for (int i = place + VERSION.length; i < to && bytes[i] != '"'; i++) {
            revision = revision * 10 + bytes[i] - '0';
        }
        return revision;
    }

    private static int find(byte[] bytes, int from, int to) {
        for (int i = from; i <= to - VERSION.length; i++) {
            if (bytes[i + 1] == 'r' && Arrays.equals(bytes, i, i + VERSION.length, VERSION, 0, VERSION.length)) {
                return i;
            }
        }
        return -1;
    }

    /** Eight bytes at a time. */
    private static int newline(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long difference = (long) LONGS.get(bytes, i) ^ NEWLINES;
            long zeros = (difference - ONES) & ~difference & HIGH_BITS;
            if (zeros != 0) {
                return i + (Long.numberOfTrailingZeros(zeros) >> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Forgets what has begun: another stream follows. */
    final void restart() {
        carrying = false;
        carriedLength = 0;
    }

    final long events() {
        return events;
    }

    /** How many were not newer than the one before. */
    final long disorder() {
        return disorder;
    }
}
