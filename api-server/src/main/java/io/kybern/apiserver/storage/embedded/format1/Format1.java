package io.kybern.apiserver.storage.embedded.format1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
     * @throws IOException if they can't be read, or RocksDB isn't there
     */
    public static void read(Path directory, Beginning beginning) throws IOException {
        try {
            RocksFiles.read(directory, beginning);
        } catch (LinkageError e) {
            throw new IOException("it has format 1, which takes org.rocksdb:rocksdbjni to be read and converted", e);
        }
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
