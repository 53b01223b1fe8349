package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.RangeResult;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.embedded.Committer.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All versions of all keys on disk (see {@link Layout}), with as much history as compaction has left.
 *
 * <p>Reads may run on any thread, together with the one writer. A read takes its view of the disk first and looks then
 * whether its revision is compacted: compaction raises the mark before it removes anything, so a view that passes the
 * look is whole.
 */
final class VersionedData implements Journal, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionedData.class);

    /** Versions of one key that a scan steps over before it seeks to the next key instead. */
    private static final int STEPS_BEFORE_SEEK = 8;

    private static final int COMPACTION_CHUNK = 1_000;
    private static final long RESTORE_CHUNK_BYTES = 4L << 20;

    private final Path directory;
    private final Room room;
    private final WriteOptions durable;
    private final WriteOptions lazy;
    private final ReentrantLock compaction = new ReentrantLock();
    /** Read: the database is in use. Write: it is being closed; native memory must not be touched any more. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    /** Changes under the write lock of {@link #open}; the one writer is also the one who changes it, but for the last close. */
    private volatile Database database;
    /** Whether {@link #database} must not be touched, since it could not be opened again. */
    private boolean lost;

    private boolean closed;
    private volatile long compacted;

    VersionedData(Path directory) {
        this.directory = directory;
        database = Database.open(directory);
        room = new Room(directory);
        durable = new WriteOptions().setSync(true);
        lazy = new WriteOptions().setLowPri(true);
        try {
            byte[] mark = database.rocks.get(database.meta, Layout.COMPACTED_KEY);
            compacted = mark == null ? 1 : Layout.number(mark);
        } catch (RocksDBException e) {
            close();
            throw new DataDirectoryException("data directory " + directory + " can't be read", e);
        }
    }

    /** Makes a database of a snapshot, whose revision becomes the oldest and the newest. */
    static void create(Path directory, Path snapshot) throws IOException {
        try (Database database = Database.open(directory);
                WriteOptions durable = new WriteOptions().setSync(true);
                WriteBatch batch = new WriteBatch()) {
            SnapshotFile.Content content = SnapshotFile.read(snapshot, entry -> {
                try {
                    byte[] path = Layout.path(entry.key());
                    KeyState state = entry.state();
                    batch.put(database.keys, path, Layout.state(state));
                    batch.put(
                            database.versions,
                            Layout.versionKey(path, state.modified()),
                            Layout.version(Layout.PUT, state.created(), entry.value()));
                    if (batch.getDataSize() > RESTORE_CHUNK_BYTES) {
                        database.rocks.write(durable, batch);
                        batch.clear();
                    }
                } catch (RocksDBException e) {
                    throw new IOException(e.getMessage(), e);
                }
            });
            batch.put(database.meta, Layout.COMPACTED_KEY, Layout.number(content.revision()));
            database.rocks.write(durable, batch);
        } catch (RocksDBException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    long compacted() {
        return compacted;
    }

    /** The revision of the last transaction on disk. */
    long lastRevision() {
        return reading(options -> {
            try (RocksIterator entries = database.rocks.newIterator(database.log, options)) {
                entries.seekToLast();
                return entries.isValid() ? Math.max(compacted, Layout.revisionOfLog(entries.key())) : compacted;
            }
        });
    }

    /** All live keys. */
    OrderedMap<String, KeyState> keys() {
        return reading(options -> {
            List<Map.Entry<String, KeyState>> live = new ArrayList<>();
            boolean sorted = true;
            try (RocksIterator entries = database.rocks.newIterator(database.keys, options)) {
                for (entries.seekToFirst(); entries.isValid(); entries.next()) {
                    String key = new String(entries.key(), StandardCharsets.UTF_8);
                    sorted &= live.isEmpty() || live.getLast().getKey().compareTo(key) < 0;
                    live.add(new SimpleImmutableEntry<>(key, Layout.state(entries.value())));
                }
                entries.status();
            }
            if (!sorted) { // UTF-8 and UTF-16 order differ beyond the basic plane
                live.sort(Map.Entry.comparingByKey());
            }
            return OrderedMap.ofSorted(live);
        });
    }

    @Override
    public void write(List<Change> changes) throws IOException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Change change : changes) {
                add(batch, change);
            }
            database.rocks.write(durable, batch);
        } catch (RocksDBException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Optional<String> shortage() {
        return room.shortage();
    }

    @Override
    public Found reopen(State known) throws IOException {
        open.writeLock().lock();
        try {
            if (closed) {
                throw new IOException("it is closed");
            }
            if (!lost) {
                lost = true;
                closeBroken(database);
            }
            database = Database.open(directory);
            lost = false;
        } catch (DataDirectoryException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            open.writeLock().unlock();
        }
        long found = lastRevision();
        if (found < known.revision()) {
            throw new IllegalStateException(
                    "revisions after " + found + " are gone from " + directory + " that were there");
        }
        return found == known.revision()
                ? new Found(known, List.of())
                : new Found(new State(found, keys()), changes("", known.revision(), found));
    }

    /** It complains of what is known already. */
    private static void closeBroken(Database database) {
        try {
            database.close();
        } catch (RuntimeException e) {
            LOG.debug("closing after a failed write", e);
        }
    }

    /** What the files of the directory take on disk. */
    long sizeBytes() {
        return Database.sizeBytes(directory);
    }

    private void add(WriteBatch batch, Change change) throws RocksDBException {
        byte[] path = Layout.path(change.key());
        KeyState state = change.state();
        if (state == null) {
            batch.delete(database.keys, path);
        } else {
            batch.put(database.keys, path, Layout.state(state));
        }
        byte kind = state == null ? Layout.DELETE : Layout.PUT;
        long created = state == null ? 0 : state.created();
        batch.put(
                database.versions,
                Layout.versionKey(path, change.revision()),
                Layout.version(kind, created, change.value()));
        batch.put(
                database.log,
                Layout.logKey(change.revision(), change.index()),
                Layout.log(kind, change.previous(), path));
    }

    /** A live key's value; empty if that version is compacted by now. */
    Optional<KeyValue> version(String key, KeyState state) {
        return reading(options -> {
            byte[] version = database.rocks.get(
                    database.versions, options, Layout.versionKey(Layout.path(key), state.modified()));
            return Optional.ofNullable(version).map(found -> keyValue(key, state.modified(), found));
        });
    }

    Optional<KeyValue> get(String key, long at) {
        List<KeyValue> found = range(key, key + '\0', at, 1).items();
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    /** Pairs as of a revision; see {@link io.kybern.apiserver.storage.KeyValueStore#range}. */
    RangeResult range(String from, String to, long at, int limit) {
        return reading(options -> {
            try (Slice end = new Slice(Layout.bound(to))) {
                options.setIterateUpperBound(end);
                try (RocksIterator versions = database.rocks.newIterator(database.versions, options)) {
                    requireNotCompacted(at);
                    return scan(versions, Layout.bound(from), at, limit);
                }
            }
        });
    }

    private RangeResult scan(RocksIterator versions, byte[] from, long at, int limit) throws RocksDBException {
        List<KeyValue> items = new ArrayList<>();
        versions.seek(from);
        while (versions.isValid()) {
            byte[] versionKey = versions.key();
            if (Layout.revisionOfVersion(versionKey) > at) {
                versions.next();
                continue;
            }
            byte[] version = versions.value();
            if (version[0] == Layout.PUT) {
                if (limit > 0 && items.size() == limit) {
                    return new RangeResult(items, true, new Revision(at));
                }
                items.add(keyValue(Layout.pathOfVersion(versionKey), Layout.revisionOfVersion(versionKey), version));
            }
            skipKey(versions, versionKey);
        }
        versions.status();
        return new RangeResult(items, false, new Revision(at));
    }

    /** Moves behind all versions of the key at which the iterator stands. */
    private static void skipKey(RocksIterator versions, byte[] versionKey) {
        int prefix = versionKey.length - Long.BYTES;
        for (int steps = 0; steps < STEPS_BEFORE_SEEK; steps++) {
            versions.next();
            if (!versions.isValid()) {
                return;
            }
            byte[] next = versions.key();
            if (next.length != versionKey.length || !Arrays.equals(next, 0, prefix, versionKey, 0, prefix)) {
                return;
            }
        }
        byte[] behind = Arrays.copyOf(versionKey, prefix);
        behind[prefix - 1] = 1; // after the separating zero
        versions.seek(behind);
    }

    /** The changes of keys with a prefix at revisions in {@code (after, upTo]}, in order. */
    List<Event> changes(String prefix, long after, long upTo) {
        return reading(options -> {
            Snapshot snapshot = database.rocks.getSnapshot();
            try {
                options.setSnapshot(snapshot);
                requireNotCompacted(after);
                return changes(options, prefix, after, upTo);
            } finally {
                database.rocks.releaseSnapshot(snapshot);
            }
        });
    }

    private List<Event> changes(ReadOptions options, String prefix, long after, long upTo) throws RocksDBException {
        List<Event> events = new ArrayList<>();
        try (RocksIterator entries = database.rocks.newIterator(database.log, options)) {
            for (entries.seek(Layout.logKey(after + 1, 0)); entries.isValid(); entries.next()) {
                long revision = Layout.revisionOfLog(entries.key());
                if (revision > upTo) {
                    break;
                }
                byte[] path = Layout.pathOfLog(entries.value());
                String key = new String(path, StandardCharsets.UTF_8);
                if (key.startsWith(prefix)) {
                    events.add(event(options, path, key, revision));
                }
            }
            entries.status();
        }
        return events;
    }

    private Event event(ReadOptions options, byte[] path, String key, long revision) throws RocksDBException {
        byte[] version = database.rocks.get(database.versions, options, Layout.versionKey(path, revision));
        if (version == null) {
            throw new IllegalStateException("version " + revision + " of " + key + " is missing");
        }
        Event.Type type = version[0] == Layout.PUT ? Event.Type.PUT : Event.Type.DELETE;
        Revision created = new Revision(Layout.createdOfVersion(version));
        return new Event(type, key, Layout.valueOfVersion(version), created, new Revision(revision), null);
    }

    /** Forgets what was replaced at or before a revision. A crash on the way leaves a rest for the next time. */
    void compact(long revision) {
        compaction.lock();
        try {
            if (revision <= compacted) {
                return;
            }
            reading(options -> {
                database.rocks.put(database.meta, lazy, Layout.COMPACTED_KEY, Layout.number(revision));
                compacted = revision;
                removeReplaced(options, revision);
                database.weighGarbage();
                return true;
            });
            Database.restrictFiles(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            compaction.unlock();
        }
    }

    private void removeReplaced(ReadOptions options, long upTo) throws RocksDBException {
        try (RocksIterator entries = database.rocks.newIterator(database.log, options);
                WriteBatch batch = new WriteBatch()) {
            entries.seekToFirst();
            while (entries.isValid() && Layout.revisionOfLog(entries.key()) <= upTo) {
                byte[] logKey = entries.key();
                byte[] log = entries.value();
                byte[] path = Layout.pathOfLog(log);
                long previous = Layout.previousOfLog(log);
                if (previous > 0) {
                    batch.delete(database.versions, Layout.versionKey(path, previous));
                }
                if (Layout.isDelete(log)) {
                    batch.delete(database.versions, Layout.versionKey(path, Layout.revisionOfLog(logKey)));
                }
                batch.delete(database.log, logKey);
                if (batch.count() >= COMPACTION_CHUNK) {
                    database.rocks.write(lazy, batch);
                    batch.clear();
                }
                entries.next();
            }
            entries.status();
            database.rocks.write(lazy, batch);
        }
    }

    private void requireNotCompacted(long at) {
        if (at < compacted) {
            throw new CompactedException(new Revision(compacted));
        }
    }

    private static KeyValue keyValue(String key, long modified, byte[] version) {
        return new KeyValue(
                key,
                Layout.valueOfVersion(version),
                new Revision(Layout.createdOfVersion(version)),
                new Revision(modified));
    }

    private interface Reader<T extends @Nullable Object> {
        T read(ReadOptions options) throws RocksDBException;
    }

    private <T> T reading(Reader<T> reader) {
        open.readLock().lock();
        try (ReadOptions options = new ReadOptions()) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            if (lost) {
                throw new StorageUnavailableException("the store can't open its files again yet", null);
            }
            return reader.read(options);
        } catch (RocksDBException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                if (!lost) {
                    database.close();
                }
                durable.close();
                lazy.close();
            }
        } finally {
            open.writeLock().unlock();
        }
    }
}
