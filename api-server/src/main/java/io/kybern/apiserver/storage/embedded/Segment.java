package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One file of the log. Numbers are big-endian.
 *
 * <pre>
 *  0  "kybern  "
 *  8  int   format
 * 12  int   number of the segment
 * 16  long  the newest revision when it was made
 * 24  long  history up to here was gone then
 * 32  entries (see {@link LogEntry}); in the newest segment perhaps zeros behind them, where the next ones go, or entries
 *     of another segment, which its file held before
 * </pre>
 *
 * <p>Any thread reads; what else changes is the one writer's business. Reads use a file of their own, since a channel would be closed
 * by the interrupt of a reader.
 */
final class Segment implements AutoCloseable {
    static final int FORMAT = 3;
    /** The first in which entries have the mark of their segment. */
    private static final int WITH_MARKS = 3;

    static final int HEADER = 32;

    /** The entries of each so many bytes begin with one of which the offset is known by its revision. */
    private static final int STRIDE = 256 << 10;

    /** Odd, so that each number has its own mark. */
    private static final int SPREAD = 0x9E3779B9;

    private static final byte[] MAGIC = "kybern  ".getBytes(StandardCharsets.US_ASCII);
    private static final String SUFFIX = ".segment";
    private static final String IN_PART = ".new";

    private final Path file;
    private final int format;
    private final int number;
    private final long revisionBefore;
    private final long compactedBefore;
    private final RandomAccessFile in;
    private final ReentrantLock reading = new ReentrantLock();
    private boolean closed;

    /** Up to here all is whole and synced. */
    private volatile int end = HEADER;
    /** Of entries that hold the state of a live key. */
    private volatile long liveBytes;

    private volatile long lastRevision;
    /** When the last of its states was replaced, of those that were. */
    private volatile long lastReplaced;

    private volatile int indexedTo;

    private volatile Strides strides = new Strides(new long[0], new int[0]);

    /** Offsets of some entries, by the newest revision before them. */
    private record Strides(long[] revisions, int[] offsets) {
        Strides with(long revision, int offset) {
            long[] moreRevisions = Arrays.copyOf(revisions, revisions.length + 1);
            int[] moreOffsets = Arrays.copyOf(offsets, offsets.length + 1);
            moreRevisions[revisions.length] = revision;
            moreOffsets[offsets.length] = offset;
            return new Strides(moreRevisions, moreOffsets);
        }
    }

    private Segment(Path file, int format, int number, long revisionBefore, long compactedBefore) throws IOException {
        this.file = file;
        this.format = format;
        this.number = number;
        this.revisionBefore = revisionBefore;
        this.compactedBefore = compactedBefore;
        this.lastRevision = revisionBefore;
        this.in = new RandomAccessFile(file.toFile(), "r");
    }

    /** Makes an empty one, of which a crash leaves all or nothing. */
    static Segment create(Path directory, int number, long revision, long compacted) throws IOException {
        Path inPart = directory.resolve("%08d".formatted(number) + SUFFIX + IN_PART);
        try (FileChannel out = FileChannel.open(inPart, OwnFiles.CREATE, OwnFiles.OWNER_ONLY)) {
            return begin(out, directory, inPart, number, revision, compacted);
        }
    }

    /** The same of a file that held another one, and holds its entries still. */
    static Segment reuse(Path directory, Path spare, int number, long revision, long compacted) throws IOException {
        try (FileChannel out = FileChannel.open(spare, StandardOpenOption.WRITE)) {
            return begin(out, directory, spare, number, revision, compacted);
        }
    }

    private static Segment begin(
            FileChannel out, Path directory, Path inPart, int number, long revision, long compacted)
            throws IOException {
        Path file = directory.resolve("%08d".formatted(number) + SUFFIX);
        ByteBuffer header = ByteBuffer.allocate(HEADER)
                .put(MAGIC)
                .putInt(FORMAT)
                .putInt(number)
                .putLong(revision)
                .putLong(compacted)
                .flip();
        OwnFiles.writeFully(out, header, 0);
        out.force(true);
        Files.move(inPart, file, StandardCopyOption.ATOMIC_MOVE);
        OwnFiles.syncDirectory(directory);
        return new Segment(file, FORMAT, number, revision, compacted);
    }

    /**
     * @throws DataDirectoryException if it is no segment, or one of a newer version
     */
    static Segment open(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (header.hasRemaining() && in.read(header) >= 0) {}
        }
        header.flip();
        byte[] magic = new byte[MAGIC.length];
        if (header.remaining() < HEADER || !Arrays.equals(magic(header, magic), MAGIC)) {
            throw new DataDirectoryException(file + " is damaged: it does not begin as a log of Kybern does", null);
        }
        int format = header.getInt();
        if (format > FORMAT) {
            throw new DataDirectoryException(
                    "data directory " + file.getParent() + " was written by a newer version: it has format " + format
                            + ", this version reads up to " + FORMAT,
                    null);
        }
        return new Segment(file, format, header.getInt(), header.getLong(), header.getLong());
    }

    private static byte[] magic(ByteBuffer header, byte[] magic) {
        header.get(magic);
        return magic;
    }

    static boolean isSegment(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    static boolean isInPart(Path file) {
        return file.getFileName().toString().endsWith(IN_PART);
    }

    Path file() {
        return file;
    }

    int number() {
        return number;
    }

    /** Goes into the checksum of its entries, so that those of another segment in the same file aren't taken for its own. */
    int mark() {
        return format < WITH_MARKS ? 0 : number * SPREAD;
    }

    long revisionBefore() {
        return revisionBefore;
    }

    long compactedBefore() {
        return compactedBefore;
    }

    int end() {
        return end;
    }

    long liveBytes() {
        return liveBytes;
    }

    /** The newest revision of a change in it or before it. */
    long lastRevision() {
        return lastRevision;
    }

    /** Whether nothing after a revision needs it, but for what is live. */
    boolean isPast(long revision) {
        return lastRevision <= revision && lastReplaced <= revision;
    }

    long fileBytes() throws IOException {
        return Files.size(file);
    }

    /** An entry that is synced came behind the others. */
    void added(LogEntry entry, int offset, int length) {
        if (offset - (strides.offsets.length == 0 ? 0 : strides.offsets[strides.offsets.length - 1]) >= STRIDE) {
            strides = strides.with(lastRevision, offset);
        }
        if (entry.isState()) {
            liveBytes += length;
        }
        if (entry.isChange()) {
            lastRevision = entry.revision();
        }
        end = offset + length;
    }

    /** The state of one of its entries was replaced. */
    void replaced(int length, long revision) {
        liveBytes -= length;
        lastReplaced = Math.max(lastReplaced, revision);
    }

    /** The state of one of its entries stands elsewhere, too. */
    void movedAway(int length) {
        liveBytes -= length;
    }

    /** There is an index of its entries up to an offset. */
    void indexed(int to) {
        indexedTo = to;
    }

    boolean isIndexed() {
        return indexedTo == end;
    }

    /** An offset at or before the first change after a revision, at which an entry begins. */
    int offsetBefore(long revision) {
        Strides known = strides;
        int at = HEADER;
        for (int i = 0; i < known.offsets.length && known.revisions[i] <= revision; i++) {
            at = known.offsets[i];
        }
        return at;
    }

    /** The entry at a place; null if the segment is gone. */
    @Nullable LogEntry read(int offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        if (read(offset, bytes, 0, length) < length) {
            return null;
        }
        ByteBuffer entry = ByteBuffer.wrap(bytes);
        if (LogEntry.length(entry, 0, length) != length || !LogEntry.isWhole(entry, 0, length, mark())) {
            throw new IOException(file + " is damaged: what stands at " + offset + " is not what was written");
        }
        return LogEntry.decode(entry, 0, true);
    }

    /** How many bytes there were to read, up to {@code length}; -1 if the segment is gone. */
    int read(long offset, byte[] into, int at, int length) throws IOException {
        reading.lock();
        try {
            if (closed) {
                return -1;
            }
            in.seek(offset);
            int read = 0;
            while (read < length) {
                int more = in.read(into, at + read, length - read);
                if (more < 0) {
                    break;
                }
                read += more;
            }
            return read;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        reading.lock();
        try {
            closed = true;
            in.close();
        } finally {
            reading.unlock();
        }
    }
}
