package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends batches of entries to a segment. What {@link #add} was given is part of the segment when {@link #sync} has returned; after a
 * failure nothing of it is, whatever stands in the file: {@link #reopen} cuts that off. For one thread.
 */
final class LogWriter implements AutoCloseable {
    private static final int BUFFER = 512 << 10;

    /**
     * Of zeros that are written behind a small batch. To sync what replaces zeros is cheaper than to sync what makes a file longer,
     * since the file system has nothing of its own to write then.
     */
    private static final int AHEAD = 128 << 10;

    private static final byte[] ZEROS = new byte[AHEAD];
    private static final int SMALL = AHEAD / 4;

    private final Segment segment;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final List<Added> batch = new ArrayList<>();
    private FileChannel out;
    /** Where the next byte of the buffer goes. */
    private int flushed;
    /** Where the file ends. */
    private int fileEnd;

    private record Added(LogEntry entry, Place place) {}

    private LogWriter(Segment segment, FileChannel out, int fileEnd) {
        this.segment = segment;
        this.out = out;
        this.flushed = segment.end();
        this.fileEnd = fileEnd;
    }

    /** Goes on behind the segment's end, and cuts off what is there. */
    static LogWriter resume(Segment segment) throws IOException {
        return new LogWriter(segment, openAndCut(segment), segment.end());
    }

    /** Writes to a new segment, over what its file held before. */
    static LogWriter begin(Segment segment) throws IOException {
        FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE);
        try {
            return new LogWriter(segment, channel, (int) channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel openAndCut(Segment segment) throws IOException {
        FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE);
        try {
            if (channel.size() != segment.end()) {
                channel.truncate(segment.end());
            }
            channel.force(true);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Segment segment() {
        return segment;
    }

    /** Adds an entry to the batch, and tells where it will be. */
    Place add(LogEntry entry) throws IOException {
        byte[] path = entry.key().getBytes(StandardCharsets.UTF_8);
        int length = LogEntry.length(path, entry);
        if (length > buffer.remaining()) {
            flush();
        }
        int offset = flushed + buffer.position();
        if (length <= buffer.capacity()) {
            entry.encode(buffer, path, segment.end(), segment.mark());
        } else {
            ByteBuffer large = ByteBuffer.allocate(length);
            entry.encode(large, path, segment.end(), segment.mark());
            write(large.flip());
        }
        Place place = new Place(segment, offset, length);
        batch.add(new Added(entry, place));
        return place;
    }

    private void flush() throws IOException {
        write(buffer.flip());
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        OwnFiles.writeFully(out, bytes, flushed);
        flushed += length;
    }

    /** Returns when the batch is on disk. */
    void sync() throws IOException {
        flush();
        if (flushed > fileEnd) {
            fileEnd = flushed;
            if (flushed - segment.end() <= SMALL) {
                buffer.put(0, ZEROS);
                OwnFiles.writeFully(out, buffer.duplicate().limit(AHEAD), flushed);
                fileEnd += AHEAD;
            }
        }
        out.force(false);
        for (Added added : batch) {
            segment.added(added.entry, added.place.offset(), added.place.length());
        }
        batch.clear();
    }

    /**
     * Opens the file again after a failure, without what was not synced.
     *
     * @throws IllegalStateException if something is missing that was
     */
    void reopen() throws IOException {
        out.close();
        buffer.clear();
        batch.clear();
        if (segment.fileBytes() < segment.end()) {
            EntryScan found = new EntryScan(segment, Segment.HEADER, segment.fileBytes());
            long revision = segment.revisionBefore();
            while (found.next()) {
                LogEntry entry = found.entry(false);
                revision = entry.isChange() ? entry.revision() : revision;
            }
            throw new IllegalStateException(
                    "revisions after " + revision + " are gone from " + segment.file() + " that were there");
        }
        out = openAndCut(segment);
        flushed = segment.end();
        fileEnd = segment.end();
    }

    /** Makes the file as long as what is in it. */
    @Override
    public void close() throws IOException {
        try (FileChannel closing = out) {
            if (closing.isOpen() && fileEnd != segment.end()) {
                closing.truncate(segment.end());
                closing.force(true);
            }
        }
    }
}
