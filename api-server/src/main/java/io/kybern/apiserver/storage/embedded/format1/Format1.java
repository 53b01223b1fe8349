package io.kybern.apiserver.storage.embedded.format1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * A data directory of format 1. Numbers are big-endian.
 *
 * <pre>
 * family    key                          value
 * default   "format"                     int                                     1
 *           "compacted"                  long                                    history up to here is gone
 * keys      path                         created, modified, expires (longs)      live keys
 * versions  path, 0, ~revision (long)    kind (byte), created (long), value
 * log       revision (long), index (int) kind, previous revision, path           what a transaction changed
 * </pre>
 */
public final class Format1 {
    /** The file that whoever uses the directory keeps locked. */
    public static final String LOCK = "LOCK";

    /** While it is there the directory is of this format, whatever else is in it. */
    private static final String MARK = "CURRENT";

    /** Goes last, so that it tells whether there is a rest. */
    private static final String LAST = "IDENTITY";

    private static final Pattern FILES =
            Pattern.compile("\\d{6,}\\.(log|sst|blob|dbtmp)|(MANIFEST|OPTIONS)-\\d+|LOCK|LOG.*");
    private static final int VERSION_HEADER = 1 + Long.BYTES;

    private Format1() {}

    /** Takes a live key with its value. */
    public interface Sink {
        /** @param expires in milliseconds of the epoch; 0: never */
        void accept(String key, long created, long modified, long expires, byte[] value) throws IOException;
    }

    /** Takes the newest revision, before the first key. */
    public interface Beginning {
        Sink at(long revision) throws IOException;
    }

    public static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(MARK));
    }

    /**
     * Passes on all that lives, and nothing of the past. The files stay as they are.
     *
     * @throws IOException if they can't be read, or RocksDB's library isn't there
     */
    public static void read(Path directory, Beginning beginning) throws IOException {
        List<ColumnFamilyHandle> families = new ArrayList<>();
        try {
            RocksDB.loadLibrary();
        } catch (LinkageError e) {
            throw new IOException("it has format 1, which takes org.rocksdb:rocksdbjni to be read and converted", e);
        }
        try (DBOptions options = new DBOptions();
                ColumnFamilyOptions family = new ColumnFamilyOptions();
                RocksDB rocks = RocksDB.openReadOnly(
                        options,
                        directory.toString(),
                        Stream.of("default", "keys", "versions", "log")
                                .map(name ->
                                        new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.US_ASCII), family))
                                .toList(),
                        families)) {
            try {
                read(rocks, families, beginning.at(newestRevision(rocks, families.get(0), families.get(3))));
            } finally {
                families.forEach(ColumnFamilyHandle::close);
            }
        } catch (RocksDBException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static long newestRevision(RocksDB rocks, ColumnFamilyHandle meta, ColumnFamilyHandle log)
            throws RocksDBException {
        byte[] compacted = rocks.get(meta, "compacted".getBytes(StandardCharsets.US_ASCII));
        long revision = compacted == null ? 1 : ByteBuffer.wrap(compacted).getLong();
        try (RocksIterator entries = rocks.newIterator(log)) {
            entries.seekToLast();
            entries.status();
            return entries.isValid()
                    ? Math.max(revision, ByteBuffer.wrap(entries.key()).getLong())
                    : revision;
        }
    }

    private static void read(RocksDB rocks, List<ColumnFamilyHandle> families, Sink sink)
            throws IOException, RocksDBException {
        try (RocksIterator keys = rocks.newIterator(families.get(1))) {
            for (keys.seekToFirst(); keys.isValid(); keys.next()) {
                byte[] path = keys.key();
                ByteBuffer state = ByteBuffer.wrap(keys.value());
                long created = state.getLong();
                long modified = state.getLong();
                byte[] version = rocks.get(families.get(2), versionKey(path, modified));
                if (version == null) {
                    throw new IOException("revision " + modified + " of a key is missing");
                }
                sink.accept(
                        new String(path, StandardCharsets.UTF_8),
                        created,
                        modified,
                        state.getLong(),
                        Arrays.copyOfRange(version, VERSION_HEADER, version.length));
            }
            keys.status();
        }
    }

    private static byte[] versionKey(byte[] path, long revision) {
        return ByteBuffer.allocate(path.length + 1 + Long.BYTES)
                .put(path)
                .put((byte) 0)
                .putLong(~revision)
                .array();
    }

    /** Ends the directory's being of this format, at one moment, and then what is left of it. */
    public static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(MARK));
        removeRest(directory);
    }

    /** Removes what a {@link #remove} left that was interrupted. */
    public static void removeRest(Path directory) throws IOException {
        if (isIn(directory) || !Files.exists(directory.resolve(LAST))) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (FILES.matcher(file.getFileName().toString()).matches()) {
                    Files.delete(file);
                }
            }
        }
        Files.delete(directory.resolve(LAST));
    }
}
