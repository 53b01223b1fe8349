package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in a segment, without the values, so that a start need not read them. It is made of the segment, and may be missing,
 * damaged, or end before the segment does.
 *
 * <pre>
 *   CRC-32C of all that follows, format, bytes of the segment that it covers (ints)
 *   for each entry: offset, length (ints), kind, last (bytes), length of the key (int), key,
 *                   revision, created, expires (longs)
 * </pre>
 */
final class SegmentIndex {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentIndex.class);
    private static final int FORMAT = 2;
    private static final int HEADER = 3 * Integer.BYTES;
    /** Of an entry, without its key. */
    private static final int ENTRY = 3 * Integer.BYTES + 2 + 3 * Long.BYTES;

    private static final int FIRST_BYTES = 64 << 10;
    private static final String SUFFIX = ".index";
    private static final LogEntry.Kind[] KINDS = LogEntry.Kind.values();
    private static final byte[] NOTHING = new byte[0];

    private SegmentIndex() {}

    private static Path file(Segment segment) {
        String name = segment.file().getFileName().toString();
        return segment.file().resolveSibling(name.substring(0, name.lastIndexOf('.')) + SUFFIX);
    }

    static boolean isIndex(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    static void delete(Segment segment) throws IOException {
        Files.deleteIfExists(file(segment));
    }

    /** Reads the segment and writes the index; what is damaged there is found by that. */
    static void write(Segment segment) throws IOException {
        int end = segment.end();
        ByteBuffer index =
                ByteBuffer.allocate(FIRST_BYTES).putInt(0).putInt(FORMAT).putInt(end);
        EntryScan scan = new EntryScan(segment, Segment.HEADER, end);
        while (scan.next()) {
            index = with(index, scan.entry(false), scan.place());
        }
        if (scan.offset() != end) {
            throw new IOException(segment.file() + " is damaged at byte " + scan.offset());
        }
        index.flip();
        index.putInt(0, checksum(index));
        Path file = file(segment);
        Path inPart = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(inPart, OwnFiles.CREATE, OwnFiles.OWNER_ONLY)) {
            OwnFiles.writeFully(channel, index, 0);
            channel.force(true);
        }
        Files.move(inPart, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        segment.indexed(end);
    }

    private static int checksum(ByteBuffer index) {
        CRC32C sum = new CRC32C();
        sum.update(index.duplicate().position(Integer.BYTES));
        return (int) sum.getValue();
    }

    /** A buffer with one more entry: the same one, or a larger one. */
    private static ByteBuffer with(ByteBuffer index, LogEntry entry, Place place) {
        byte[] path = entry.key().getBytes(StandardCharsets.UTF_8);
        int length = ENTRY + path.length;
        ByteBuffer out = index.remaining() >= length
                ? index
                : ByteBuffer.allocate(2 * index.capacity() + length).put(index.flip());
        return out.putInt(place.offset())
                .putInt(place.length())
                .put((byte) entry.kind().ordinal())
                .put((byte) (entry.last() ? 1 : 0))
                .putInt(path.length)
                .put(path)
                .putLong(entry.revision())
                .putLong(entry.created())
                .putLong(entry.expires());
    }

    /** Passes on the entries of the segment as far as the index knows them; returns where the others begin. */
    static int read(Segment segment, Log.Reader reader) {
        try {
            ByteBuffer index = ByteBuffer.wrap(Files.readAllBytes(file(segment)));
            if (index.remaining() < HEADER || index.getInt() != checksum(index.rewind()) || index.getInt(4) != FORMAT) {
                LOG.info("the index of {} is not as it was written, so all of it is read", segment.file());
                return Segment.HEADER;
            }
            int covered = index.getInt(2 * Integer.BYTES);
            if (covered > segment.fileBytes()) {
                return Segment.HEADER; // what is there is looked at
            }
            for (index.position(HEADER); index.hasRemaining(); ) {
                Place place = new Place(segment, index.getInt(), index.getInt());
                LogEntry entry = entry(index);
                segment.added(entry, place.offset(), place.length());
                reader.accept(entry, place);
            }
            segment.indexed(covered);
            return covered;
        } catch (NoSuchFileException e) {
            return Segment.HEADER;
        } catch (IOException e) {
            LOG.info("the index of {} can't be read, so all of it is: {}", segment.file(), e.toString());
            return Segment.HEADER;
        }
    }

    private static LogEntry entry(ByteBuffer index) {
        LogEntry.Kind kind = KINDS[index.get()];
        boolean last = index.get() == 1;
        byte[] path = new byte[index.getInt()];
        index.get(path);
        String key = new String(path, StandardCharsets.UTF_8);
        return new LogEntry(kind, last, key, index.getLong(), index.getLong(), index.getLong(), null, NOTHING);
    }
}
