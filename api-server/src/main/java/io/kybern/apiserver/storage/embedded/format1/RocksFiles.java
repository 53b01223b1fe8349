package io.kybern.apiserver.storage.embedded.format1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads the files by RocksDB, which need not be there where nobody has any. See {@link Format1} for what is in them. */
final class RocksFiles {
    private static final int VERSION_HEADER = 1 + Long.BYTES;

    private RocksFiles() {}

    static void read(Path directory, Format1.Beginning beginning) throws IOException {
        List<ColumnFamilyHandle> families = new ArrayList<>();
        RocksDB.loadLibrary();
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

    private static void read(RocksDB rocks, List<ColumnFamilyHandle> families, Format1.Sink sink)
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
}
