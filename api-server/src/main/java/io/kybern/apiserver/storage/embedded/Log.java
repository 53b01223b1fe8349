package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of {@link Segment}s on disk: entries are appended to the newest, and the oldest goes when nothing in it is wanted any
 * more.
 *
 * <pre>
 *   00000007.segment  00000007.index   sealed; the index has its entries without their values
 *   00000008.segment  00000008.index
 *   00000009.segment                   the head
 * </pre>
 *
 * <p>Any thread reads; one writes and removes.
 */
final class Log implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Log.class);

    private final Path directory;
    private final int segmentBytes;
    private final SpareFiles spares;
    private final ConcurrentNavigableMap<Integer, Segment> segments;
    /** Changed by the one writer. */
    private volatile LogWriter writer;

    private Log(Path directory, int segmentBytes, ConcurrentNavigableMap<Integer, Segment> segments)
            throws IOException {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.segments = segments;
        this.spares = new SpareFiles(directory, segmentBytes);
        this.writer = LogWriter.resume(segments.lastEntry().getValue());
    }

    /** Gets all entries while a log is opened, in order. */
    interface Reader {
        /** @param entry without its value */
        void accept(LogEntry entry, Place place);
    }

    /**
     * Opens a directory, or begins a log in it.
     *
     * @throws DataDirectoryException if it is damaged or of a newer version
     */
    static Log open(Path directory, int segmentBytes, Reader reader) throws IOException {
        ConcurrentNavigableMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
        try {
            for (Path file : files(directory)) {
                if (isLeftOver(file)) {
                    Files.delete(file);
                } else if (Segment.isSegment(file)) {
                    Segment segment = Segment.open(file);
                    segments.put(segment.number(), segment);
                }
            }
            if (segments.isEmpty()) {
                segments.put(1, Segment.create(directory, 1, 1, 1));
            }
            if (segments.lastKey() - segments.firstKey() + 1 != segments.size()) {
                throw new DataDirectoryException(
                        "data directory " + directory + " is damaged: a segment of the log is missing", null);
            }
            Segment head = withoutEmpty(segments);
            for (Segment segment : segments.values()) {
                read(segment, segment == head, reader);
            }
            return new Log(directory, segmentBytes, segments);
        } catch (IOException | RuntimeException e) {
            for (Segment segment : segments.values()) {
                segment.close();
            }
            throw e;
        }
    }

    /** Begins a log whose past is before it. */
    static Log create(Path directory, int segmentBytes, long revision) throws IOException {
        ConcurrentNavigableMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
        segments.put(1, Segment.create(directory, 1, revision, revision));
        return new Log(directory, segmentBytes, segments);
    }

    /** Removes all that is in a directory of a log. */
    static void remove(Path directory) throws IOException {
        for (Path file : files(directory)) {
            if (isLeftOver(file) || Segment.isSegment(file) || SegmentIndex.isIndex(file)) {
                Files.delete(file);
            }
        }
    }

    private static boolean isLeftOver(Path file) {
        return Segment.isInPart(file) || SpareFiles.isSpare(file);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** The head: the last segment, or the one before it if that was begun and not written to. */
    private static Segment withoutEmpty(ConcurrentNavigableMap<Integer, Segment> segments) throws IOException {
        Segment last = segments.lastEntry().getValue();
        if (segments.size() == 1 || holdsAny(last)) {
            return last;
        }
        segments.remove(last.number());
        last.close();
        Files.delete(last.file());
        return segments.lastEntry().getValue();
    }

    private static boolean holdsAny(Segment segment) throws IOException {
        EntryScan scan = new EntryScan(segment, Segment.HEADER, segment.fileBytes());
        return scan.next() || scan.syncedBehind() >= 0;
    }

    private static void read(Segment segment, boolean head, Reader reader) throws IOException {
        int indexed = SegmentIndex.read(segment, reader);
        EntryScan scan = new EntryScan(segment, indexed, segment.fileBytes());
        List<LogEntry> transaction = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        while (scan.next()) {
            LogEntry entry = scan.entry(false);
            transaction.add(entry);
            places.add(scan.place());
            if (entry.last()) {
                for (int i = 0; i < places.size(); i++) {
                    Place place = places.get(i);
                    segment.added(transaction.get(i), place.offset(), place.length());
                    reader.accept(transaction.get(i), place);
                }
                transaction.clear();
                places.clear();
            }
        }
        long rest = segment.fileBytes() - scan.offset();
        if (!head && (rest > 0 || !places.isEmpty()) || head && scan.syncedBehind() >= 0) {
            throw new DataDirectoryException(
                    segment.file() + " is damaged at byte " + scan.offset()
                            + ", before what was written later. A snapshot of the store can be restored into an empty directory",
                    null);
        }
    }

    Collection<Segment> segments() {
        return segments.values();
    }

    /** The segment with a number; null if it is gone. */
    @Nullable Segment segment(int number) {
        return segments.get(number);
    }

    Segment head() {
        return writer.segment();
    }

    long bytes() {
        long bytes = 0;
        for (Segment segment : segments.values()) {
            bytes += segment.end();
        }
        return bytes;
    }

    long liveBytes() {
        long bytes = 0;
        for (Segment segment : segments.values()) {
            bytes += segment.liveBytes();
        }
        return bytes;
    }

    /** Begins a batch: a new segment if the head is full. */
    void begin(long revision, long compacted) throws IOException {
        if (head().end() < segmentBytes) {
            return;
        }
        writer.close(); // a segment that is followed by another one has to be whole to its end
        int number = head().number() + 1;
        Path spare = spares.take();
        Segment next = spare == null
                ? Segment.create(directory, number, revision, compacted)
                : Segment.reuse(directory, spare, number, revision, compacted);
        writer = LogWriter.begin(next);
        segments.put(next.number(), next);
    }

    Place add(LogEntry entry) throws IOException {
        return writer.add(entry);
    }

    /** Returns when all that was added is on disk. */
    void sync() throws IOException {
        writer.sync();
    }

    /** Opens the head again after a failure, without what was not synced. */
    void reopen() throws IOException {
        writer.reopen();
    }

    SpareFiles spares() {
        return spares;
    }

    /** The newest revision that is followed by so many bytes; 0: there are fewer. */
    long followedBy(long bytes) {
        long after = 0;
        for (Segment segment : segments.descendingMap().values()) {
            if (after >= bytes) {
                return segment.lastRevision();
            }
            after += segment.end();
        }
        return 0;
    }

    /** Removes the oldest segment. */
    void removeOldest() throws IOException {
        Segment oldest = segments.firstEntry().getValue();
        SegmentIndex.delete(oldest);
        Path spare = spares.takeOut(oldest.file());
        OwnFiles.syncDirectory(directory);
        segments.remove(oldest.number());
        oldest.close();
        if (spare != null) {
            spares.add(spare);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
            SegmentIndex.write(head());
            spares.deleteAll();
        } catch (IOException e) {
            LOG.warn("the log's head was not closed in order; the next start reads it once more", e);
        }
        for (Segment segment : segments.values()) {
            try {
                segment.close();
            } catch (IOException e) {
                LOG.debug("closing {}", segment.file(), e);
            }
        }
    }
}
