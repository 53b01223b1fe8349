package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.RangeResult;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.embedded.Committer.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All versions of all keys, as far as compaction has left them: the {@link Log}, and what is known in memory of the keys that live.
 *
 * <p>Values are read from the log where the state of their key says. The past is in the log in the order of revisions, so changes after
 * one are read from there on; a state of the past is the newest state without the changes after it, each of which knows what it
 * replaced.
 *
 * <p>Reads may run on any thread, together with the one writer. A segment is removed only after the mark of compaction was raised above
 * what it holds, and after what lives in it was moved; a read that finds it gone looks at the mark, or for the new place.
 */
final class VersionedData implements Journal, AutoCloseable {
    private final Path directory;
    private final DirectoryLock lock;
    private final Room room;
    private final Log log;
    private final State start;

    private volatile long lastRevision;
    private volatile long compacted;
    private volatile boolean closed;

    /**
     * @param segmentBytes the size from which on a segment of the log gets no more entries
     * @throws DataDirectoryException if the directory is in use, damaged, of a newer version or not accessible
     */
    VersionedData(Path directory, int segmentBytes) {
        this.directory = directory;
        try {
            OwnFiles.createDirectory(directory);
            lock = DirectoryLock.take(directory);
            try {
                StateWriter.convert(directory, segmentBytes);
                Replay replay = new Replay();
                log = Log.open(directory, segmentBytes, replay);
                compacted = replay.compacted();
                for (Segment segment : log.segments()) {
                    compacted = Math.max(compacted, segment.compactedBefore());
                    lastRevision = Math.max(lastRevision, segment.lastRevision());
                }
                start = new State(lastRevision, replay.keys());
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DataDirectoryException("data directory " + directory + " is not accessible: " + e, e);
        }
        room = new Room(directory);
    }

    /** What was there when it was opened. */
    State start() {
        return start;
    }

    long compacted() {
        return compacted;
    }

    Log log() {
        return log;
    }

    @Override
    public void write(List<Change> changes) throws IOException {
        log.begin(lastRevision, compacted);
        int last = changes.size() - 1;
        for (int i = 0; i <= last; i++) {
            Change change = changes.get(i);
            boolean ends = i == last || changes.get(i + 1).revision() != change.revision();
            Place place = log.add(LogEntry.of(change, ends));
            KeyState state = change.state();
            if (state != null) {
                state.place(place);
            }
        }
        log.sync();
        for (Change change : changes) {
            KeyState previous = change.previous();
            if (previous != null) {
                Place place = previous.place();
                place.segment().replaced(place.length(), change.revision());
            }
        }
        lastRevision = changes.getLast().revision();
    }

    @Override
    public Optional<String> shortage() {
        return room.shortage();
    }

    @Override
    public Found reopen(State known) throws IOException {
        if (closed) {
            throw new IOException("it is closed");
        }
        log.reopen();
        if (lastRevision < known.revision()) {
            throw new IllegalStateException(
                    "revisions after " + lastRevision + " are gone from " + directory + " that were there");
        }
        if (lastRevision == known.revision()) {
            return new Found(known, List.of());
        }
        List<Event> events = new ArrayList<>();
        OrderedMap<String, KeyState> keys = known.keys();
        LogScan scan = new LogScan(log, "", known.revision(), lastRevision);
        while (scan.next()) {
            LogEntry entry = scan.entry(true);
            keys = entry.isState() ? keys.with(entry.key(), entry.state(scan.place())) : keys.without(entry.key());
            events.add(event(entry));
        }
        return new Found(new State(lastRevision, keys), events);
    }

    /** What the files of the directory take on disk. */
    long sizeBytes() {
        return log.bytes() + log.spares().bytes();
    }

    /** A live key's value; empty if it was replaced, and forgotten, by now. */
    Optional<KeyValue> version(String key, KeyState state) {
        requireOpen();
        while (true) {
            Place place = state.place();
            LogEntry entry = read(place.segment(), place.offset(), place.length());
            if (entry != null) {
                return Optional.of(keyValue(entry));
            }
            if (place == state.place()) {
                requireOpen();
                return Optional.empty();
            } // it was moved meanwhile
        }
    }

    private static @Nullable LogEntry read(Segment segment, int offset, int length) {
        try {
            return segment.read(offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pairs as of a revision; see {@link io.kybern.apiserver.storage.KeyValueStore#range}. */
    RangeResult range(State newest, String from, String to, long at, int limit) {
        requireOpen();
        requireNotCompacted(at);
        TreeMap<String, LogEntry> undone = new TreeMap<>();
        if (at < newest.revision()) {
            LogScan scan = scan(commonPrefix(from, to), at, newest.revision());
            while (next(scan)) {
                LogEntry entry = scan.entry(false);
                if (entry.key().compareTo(from) >= 0 && entry.key().compareTo(to) < 0) {
                    undone.putIfAbsent(entry.key(), entry);
                }
            }
        }
        RangeResult result = range(newest, undone, from, to, at, limit);
        requireNotCompacted(at);
        return result;
    }

    private RangeResult range(
            State newest, TreeMap<String, LogEntry> undone, String from, String to, long at, int limit) {
        List<KeyValue> items = new ArrayList<>();
        Iterator<Map.Entry<String, KeyState>> keys = newest.keys().iteratorFrom(from);
        Map.Entry<String, KeyState> live = next(keys, to);
        Map.Entry<String, LogEntry> change = undone.pollFirstEntry();
        while (live != null || change != null) {
            int order = live == null ? 1 : change == null ? -1 : live.getKey().compareTo(change.getKey());
            KeyValue item = change != null && order >= 0 ? before(change.getValue()) : current(live, at);
            if (item != null) {
                if (limit > 0 && items.size() == limit) {
                    return new RangeResult(items, true, new Revision(at));
                }
                items.add(item);
            }
            live = order <= 0 ? next(keys, to) : live;
            change = order >= 0 ? undone.pollFirstEntry() : change;
        }
        return new RangeResult(items, false, new Revision(at));
    }

    private static Map.@Nullable Entry<String, KeyState> next(Iterator<Map.Entry<String, KeyState>> keys, String to) {
        if (keys.hasNext()) {
            Map.Entry<String, KeyState> next = keys.next();
            return next.getKey().compareTo(to) < 0 ? next : null;
        }
        return null;
    }

    private KeyValue current(Map.@Nullable Entry<String, KeyState> live, long at) {
        if (live == null) {
            throw new IllegalStateException("no key");
        }
        return version(live.getKey(), live.getValue()).orElseThrow(() -> forgotten(at));
    }

    /** The state that a change replaced. */
    private @Nullable KeyValue before(LogEntry change) {
        LogEntry.Replaced replaced = change.previous();
        if (replaced == null) {
            return null;
        }
        Segment segment = log.segment(replaced.segment());
        LogEntry entry = segment == null ? null : read(segment, replaced.offset(), replaced.length());
        if (entry == null) {
            throw forgotten(replaced.revision());
        }
        return keyValue(entry);
    }

    private CompactedException forgotten(long at) {
        requireOpen();
        return new CompactedException(new Revision(Math.max(at, compacted)));
    }

    private static KeyValue keyValue(LogEntry entry) {
        return new KeyValue(entry.key(), entry.value(), new Revision(entry.created()), new Revision(entry.revision()));
    }

    /** The changes of keys with a prefix at revisions in {@code (after, upTo]}, in order. */
    List<Event> changes(String prefix, long after, long upTo) {
        requireOpen();
        List<Event> events = new ArrayList<>();
        LogScan scan = scan(prefix, after, upTo);
        while (next(scan)) {
            events.add(event(scan.entry(true)));
        }
        requireNotCompacted(after);
        return events;
    }

    private LogScan scan(String prefix, long after, long upTo) {
        requireNotCompacted(after);
        return new LogScan(log, prefix, after, upTo);
    }

    /** How all keys between two begin. */
    private static String commonPrefix(String from, String to) {
        int length = 0;
        while (length < Math.min(from.length(), to.length()) && from.charAt(length) == to.charAt(length)) {
            length++;
        }
        boolean inPair = length > 0 && Character.isHighSurrogate(from.charAt(length - 1));
        return from.substring(0, inPair ? length - 1 : length);
    }

    private boolean next(LogScan scan) {
        try {
            return scan.next();
        } catch (IOException e) {
            requireOpen();
            requireNotCompacted(scan.after()); // what it went through was removed
            throw new UncheckedIOException(e);
        }
    }

    private static Event event(LogEntry entry) {
        Event.Type type = entry.isState() ? Event.Type.PUT : Event.Type.DELETE;
        return new Event(
                type, entry.key(), entry.value(), new Revision(entry.created()), new Revision(entry.revision()), null);
    }

    /** Raises the mark of what is forgotten. For the writer. */
    void compact(long revision) throws IOException {
        if (revision > compacted) {
            log.begin(lastRevision, compacted);
            log.add(LogEntry.compacted(revision));
            log.sync();
            compacted = revision;
        }
    }

    /** Writes states at the head once more, so that they may go where they are. For the writer. */
    void move(List<LogEntry> entries, OrderedMap<String, KeyState> keys) throws IOException {
        log.begin(lastRevision, compacted);
        List<Place> places = new ArrayList<>();
        List<KeyState> states = new ArrayList<>();
        for (LogEntry entry : entries) {
            KeyState state = keys.get(entry.key());
            if (state != null) {
                states.add(state);
                places.add(log.add(LogEntry.moved(entry.key(), state, entry.value())));
            }
        }
        log.sync();
        for (int i = 0; i < states.size(); i++) {
            Place before = states.get(i).place();
            states.get(i).place(places.get(i));
            before.segment().movedAway(before.length());
        }
    }

    private void requireNotCompacted(long at) {
        if (at < compacted) {
            throw new CompactedException(new Revision(compacted));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            log.close();
            lock.close();
        }
    }
}
