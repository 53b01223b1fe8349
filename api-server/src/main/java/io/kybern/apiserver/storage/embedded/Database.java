package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The opened RocksDB with its column families (see {@link Layout}) and everything native that must be freed with it.
 *
 * <p>Sized to be small: reads come from the watch cache in front, so 8 MiB of block cache (index and filter blocks
 * included) and 32 MiB of write buffers over all families do.
 */
final class Database implements AutoCloseable {
    private static final long BLOCK_CACHE_BYTES = 8L << 20;
    private static final long WRITE_BUFFER_BYTES = 16L << 20;
    private static final long ALL_WRITE_BUFFERS_BYTES = 32L << 20;
    private static final long WORTH_A_BLOB = 512;
    private static final long BLOB_FILE_BYTES = 32L << 20;
    /** Without blobs a full buffer is a table of some hundred KiB: each few of them have the whole first level written again. */
    private static final long FIRST_LEVEL_BYTES = 8L << 20;

    private static final long TABLE_BYTES = 2L << 20;

    /** The share of blob files, the oldest, that give up what is live in them while garbage is collected. */
    private static final double OLDEST_BLOBS = 0.25;

    /** The share of blobs that nothing refers to from which on they are collected. */
    private static final double MUCH_GARBAGE = 0.5;

    private static final long FEW_BLOBS_BYTES = 64L << 20;
    private static final long WAL_BYTES = 64L << 20;
    private static final List<String> FAMILIES = List.of("default", "keys", "versions", "log");

    final RocksDB rocks;
    final ColumnFamilyHandle meta;
    final ColumnFamilyHandle keys;
    final ColumnFamilyHandle versions;
    final ColumnFamilyHandle log;

    private final Path directory;
    private final List<AutoCloseable> natives;
    private boolean collecting;

    private Database(Path directory, RocksDB rocks, List<ColumnFamilyHandle> handles, List<AutoCloseable> natives) {
        this.directory = directory;
        this.rocks = rocks;
        this.meta = handles.get(0);
        this.keys = handles.get(1);
        this.versions = handles.get(2);
        this.log = handles.get(3);
        this.natives = natives;
    }

    /**
     * @throws DataDirectoryException if the directory is in use, of a newer format or not accessible
     */
    static Database open(Path directory) {
        RocksDB.loadLibrary();
        List<AutoCloseable> natives = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            DBOptions options = databaseOptions(natives);
            RocksDB rocks = RocksDB.open(options, directory.toString(), descriptors(directory, natives), handles);
            handles.forEach(handle -> natives.addFirst(handle));
            Database database = new Database(directory, rocks, handles, natives);
            try {
                database.checkFormat();
            } catch (RuntimeException | RocksDBException e) {
                rocks.closeE();
                throw e;
            }
            restrictFiles(directory);
            return database;
        } catch (IOException e) {
            free(natives);
            throw new DataDirectoryException("data directory " + directory + " is not accessible: " + e, e);
        } catch (RocksDBException e) {
            free(natives);
            throw explain(directory, e);
        } catch (RuntimeException e) {
            free(natives);
            throw e;
        }
    }

    private static DBOptions databaseOptions(List<AutoCloseable> natives) {
        DBOptions options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxBackgroundJobs(2)
                .setDbWriteBufferSize(ALL_WRITE_BUFFERS_BYTES)
                .setMaxTotalWalSize(WAL_BYTES)
                // a reused log file keeps its length, and fdatasync has no metadata to write
                .setRecycleLogFileNum(2)
                .setMaxOpenFiles(256)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
        natives.add(options);
        return options;
    }

    /** Our families, and any that a newer version may have made: it must open far enough to be refused by its format. */
    private static List<ColumnFamilyDescriptor> descriptors(Path directory, List<AutoCloseable> natives)
            throws RocksDBException {
        LRUCache cache = new LRUCache(BLOCK_CACHE_BYTES);
        BloomFilter filter = new BloomFilter(10);
        BlockBasedTableConfig tables = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(filter)
                .setCacheIndexAndFilterBlocks(true);
        ColumnFamilyOptions plain = options(tables);
        ColumnFamilyOptions values = options(tables)
                // objects are written once, and compactions move references to them
                .setEnableBlobFiles(true)
                .setMinBlobSize(WORTH_A_BLOB)
                .setBlobFileSize(BLOB_FILE_BYTES)
                .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBlobGarbageCollectionAgeCutoff(OLDEST_BLOBS)
                .setBlobGarbageCollectionForceThreshold(MUCH_GARBAGE);
        natives.addAll(List.of(values, plain, filter, cache));
        List<String> names = new ArrayList<>(FAMILIES);
        try (Options bare = new Options()) {
            for (byte[] known : RocksDB.listColumnFamilies(bare, directory.toString())) {
                String name = new String(known, StandardCharsets.UTF_8);
                if (!names.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names.stream()
                .map(name -> new ColumnFamilyDescriptor(Layout.path(name), name.equals("versions") ? values : plain))
                .toList();
    }

    private static ColumnFamilyOptions options(BlockBasedTableConfig tables) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxBytesForLevelBase(FIRST_LEVEL_BYTES)
                .setTargetFileSizeBase(TABLE_BYTES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(tables);
    }

    private void checkFormat() throws RocksDBException {
        byte[] format = rocks.get(meta, Layout.FORMAT_KEY);
        if (format == null) {
            rocks.put(
                    meta,
                    Layout.FORMAT_KEY,
                    ByteBuffer.allocate(Integer.BYTES).putInt(Layout.FORMAT).array());
            return;
        }
        int found = ByteBuffer.wrap(format).getInt();
        if (found > Layout.FORMAT) {
            throw new DataDirectoryException(
                    "data directory " + directory + " was written by a newer version: it has format " + found
                            + ", this version reads up to " + Layout.FORMAT,
                    null);
        }
    }

    private static DataDirectoryException explain(Path directory, RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        if (message.toLowerCase(Locale.ROOT).contains("lock")) {
            return new DataDirectoryException("data directory " + directory + " is in use by another process", e);
        }
        return new DataDirectoryException("data directory " + directory + " can't be opened: " + message, e);
    }

    /** Files 0600: RocksDB makes them by the process's umask; the directory's 0700 guards those to come. */
    static void restrictFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                } catch (NoSuchFileException gone) {
                    continue; // removed by a background job since it was listed
                }
            }
        }
    }

    /**
     * Lets compactions collect garbage among the blobs while there is much of it. They move what is live in the oldest files then,
     * which is most of what a busy writer would cost if they always did. For one thread at a time.
     */
    void weighGarbage() throws RocksDBException {
        long blobs = rocks.getLongProperty(versions, "rocksdb.live-blob-file-size");
        long garbage = rocks.getLongProperty(versions, "rocksdb.live-blob-file-garbage-size");
        boolean worthIt = blobs > FEW_BLOBS_BYTES && garbage > MUCH_GARBAGE * blobs;
        if (worthIt != collecting) {
            rocks.setOptions(
                    versions,
                    MutableColumnFamilyOptions.builder()
                            .setEnableBlobGarbageCollection(worthIt)
                            .build());
            collecting = worthIt;
        }
    }

    /** What the files of one take on disk. One that goes meanwhile counts nothing. */
    static long sizeBytes(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        rocks.cancelAllBackgroundWork(true);
        for (AutoCloseable handle : natives) {
            if (handle instanceof ColumnFamilyHandle family) {
                family.close();
            }
        }
        try {
            rocks.closeE();
        } catch (RocksDBException e) {
            throw new IllegalStateException("closing " + directory, e);
        } finally {
            free(natives);
        }
    }

    private static void free(List<AutoCloseable> natives) {
        for (AutoCloseable each : natives) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
