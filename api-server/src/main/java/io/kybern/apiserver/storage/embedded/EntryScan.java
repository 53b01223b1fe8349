package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Goes through the entries of a segment, from one of them on, as long as they are whole. */
final class EntryScan {
    private static final int BUFFER = 256 << 10;
    /** More than what is written at once. */
    private static final int LONGEST_BATCH = 16 << 20;

    private final Segment segment;
    private final long to;
    private byte[] bytes;
    private ByteBuffer buffer;
    /** Of the buffer's first byte in the segment. */
    private long base;

    private int filled;
    private int offset;
    private int length;
    private boolean gone;

    /**
     * @param from where an entry begins
     * @param to where none begins any more
     */
    EntryScan(Segment segment, int from, long to) {
        this.segment = segment;
        this.to = to;
        this.bytes = new byte[(int) Math.max(LogEntry.HEADER, Math.min(BUFFER, to - from))];
        this.buffer = ByteBuffer.wrap(bytes);
        this.base = from;
        this.offset = from;
    }

    /** Moves on to the next entry; false if there is none, or none that is whole. */
    boolean next() throws IOException {
        offset += length;
        length = 0;
        if (!available(LogEntry.HEADER)) {
            return false;
        }
        int claimed = LogEntry.length(buffer, at(), (int) Math.min(Integer.MAX_VALUE, to - offset));
        if (claimed < 0 || !available(claimed) || !LogEntry.isWhole(buffer, at(), claimed, segment.mark())) {
            return false;
        }
        length = claimed;
        return true;
    }

    private int at() {
        return (int) (offset - base);
    }

    /** Sees to it that so many bytes from the offset on are in the buffer. */
    private boolean available(int wanted) throws IOException {
        if (offset + (long) wanted > to) {
            return false;
        }
        if (at() + wanted <= filled) {
            return true;
        }
        byte[] next = wanted <= bytes.length ? bytes : new byte[wanted];
        int kept = Math.max(0, filled - at());
        System.arraycopy(bytes, Math.min(at(), filled), next, 0, kept);
        bytes = next;
        buffer = ByteBuffer.wrap(bytes);
        base = offset;
        int more = segment.read(base + kept, bytes, kept, (int) Math.min(bytes.length - kept, to - base - kept));
        gone |= more < 0;
        filled = kept + Math.max(0, more);
        return wanted <= filled;
    }

    /** Where the current entry begins; after the last one, where it ends. */
    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    boolean isAtEnd() {
        return offset >= to;
    }

    /** Whether it ended because the segment was removed. */
    boolean isGone() {
        return gone;
    }

    boolean isChange() {
        return LogEntry.isChange(buffer, at());
    }

    long revision() {
        return LogEntry.revision(buffer, at());
    }

    /** Whether the current entry's key begins so, without a look at the rest of it. */
    boolean hasPrefix(byte[] prefix) {
        return LogEntry.hasPrefix(bytes, at(), prefix);
    }

    /** The current entry; without its value, that is empty. */
    LogEntry entry(boolean withValue) {
        return LogEntry.decode(buffer, at(), withValue);
    }

    Place place() {
        return new Place(segment, offset, length);
    }

    /**
     * Where behind the end an entry stands that was written after the end had been synced; -1 if there is none. Then what the end
     * stands at was not being written when writing stopped, but has been damaged since.
     */
    int syncedBehind() throws IOException {
        int end = offset;
        for (offset = end + 1; offset - end <= LONGEST_BATCH && available(LogEntry.HEADER); offset++) {
            int batch = LogEntry.batch(buffer, at());
            if (batch > end && batch <= offset) {
                int claimed = LogEntry.length(buffer, at(), (int) Math.min(Integer.MAX_VALUE, to - offset));
                if (claimed > 0 && available(claimed) && LogEntry.isWhole(buffer, at(), claimed, segment.mark())) {
                    int found = offset;
                    offset = end;
                    return found;
                }
            }
        }
        offset = end;
        return -1;
    }
}
