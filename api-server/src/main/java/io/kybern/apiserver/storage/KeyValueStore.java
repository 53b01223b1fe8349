package io.kybern.apiserver.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The durable truth, shaped like etcd: a flat, ordered key space with one revision counter, optimistic transactions,
 * a watchable history and compaction. Keys are paths such as {@code /registry/pods/default/web}.
 *
 * <p><b>Writes.</b> {@link #commit} answers after the transaction is durable (fsync), or with {@link
 * CommitResult.Conflict} if a compare failed; a conflict answer reflects only durable state. Revisions have no gaps per
 * transaction and never go back, also over a crash. Callers block; they are on virtual threads.
 *
 * <p><b>Reads</b> see a consistent snapshot at a revision; {@link Revision#NONE} means the newest durable one. A
 * revision older than the last compaction throws {@link CompactedException}, one in the future {@link
 * FutureRevisionException}.
 *
 * <p><b>Watches</b> deliver every change after a revision exactly once, in revision order, in batches of whole
 * transactions, on one thread a watcher at a time. Events of a batch are delivered before the writer's {@link #commit} returns
 * where the store is embedded; so a cache that is fed by a watch is never older than an acknowledged write. Events carry
 * no previous state: who needs it holds it, and no store has to read on its write path.
 *
 * <p><b>Failure.</b> A store that can't make a write durable throws {@link StorageUnavailableException} and goes on
 * to read; it takes writes again when it can. A write that was under way then may have happened; one that is refused for
 * want of space ({@link #refusesWrites}) has not.
 *
 * <p><b>Example.</b> create: {@code commit(Write.put(key, Revision.NONE, bytes))}; update:
 * {@code commit(Write.put(key, seenRevision, bytes))}; delete: {@code commit(Write.delete(key, seenRevision))}.
 */
public interface KeyValueStore extends AutoCloseable {
    /** The newest durable revision. */
    Revision currentRevision();

    /**
     * The newest revision up to which readers are shown all that was delivered to watchers. It comes to all changes of a delivery in
     * one moment, of whatever kind they are: who has seen one of them finds the others.
     */
    Revision shown();

    /** The oldest revision that can still be read or watched from. */
    Revision compactedRevision();

    /** The pair at a revision. */
    Optional<KeyValue> get(String key, Revision at);

    /**
     * The pairs with {@code from <= key < to}, in key order, at most {@code limit} of them (0: all).
     *
     * @throws CompactedException if {@code at} is compacted
     */
    RangeResult range(String from, String to, Revision at, int limit);

    /** Number of keys in the range, at the newest revision. */
    long count(String from, String to);

    /**
     * Applies all writes or none, atomically, as one revision.
     *
     * @throws TooLargeException if they are more than the store takes at once
     */
    CommitResult commit(List<Write> writes);

    default CommitResult commit(Write write) {
        return commit(List.of(write));
    }

    /**
     * Starts to deliver the changes of keys with this prefix that come after {@code after}. Changes of the past may be
     * delivered on the calling thread before this returns.
     *
     * @throws CompactedException if changes after {@code after} are compacted
     */
    Watch watch(String prefix, Revision after, WatchListener listener);

    /**
     * Whether other processes read and write here, too: then values are in the original's form, and what a watch has
     * delivered may be older than what somebody else was told.
     */
    default boolean shared() {
        return false;
    }

    /** How values are written here. */
    default ValueForm form() {
        return ValueForm.OWN;
    }

    /**
     * Waits until watches have delivered all that was durable when this was called: reads of what they feed are consistent
     * then.
     *
     * @throws StorageUnavailableException if that takes too long
     */
    default void awaitNewest() {}

    /** Why writes that add something are refused now, in the words that their writers get; empty: they are taken. Cheap. */
    default Optional<String> refusesWrites() {
        return Optional.empty();
    }

    /** What the store takes on its disk; empty where that is not known without asking somebody else. */
    default OptionalLong sizeBytes() {
        return OptionalLong.empty();
    }

    /**
     * Writes all keys as of now, while writes go on, in the form that a store of this kind can be made of.
     *
     * @throws UnsupportedOperationException with who else does that
     */
    default void save(OutputStream out) throws IOException {
        throw new UnsupportedOperationException("the objects are in etcd: etcdctl snapshot save keeps them");
    }

    /** Forgets history up to and including {@code revision}; the newest value of each key stays. */
    void compact(Revision revision);

    @Override
    void close();

    /** A key with its value at a revision. */
    record KeyValue(String key, byte[] value, Revision created, Revision modified) {}

    /** One page of a range, with the revision that it shows. */
    record RangeResult(List<KeyValue> items, boolean more, Revision revision) {}

    /** One change of a transaction, with the state of the key that it expects. */
    sealed interface Write {
        String key();

        /** The key's expected modification revision; {@link Revision#NONE}: absent; null: whatever it is. */
        @Nullable Revision expected();

        /**
         * Sets a key.
         *
         * @param attachment travels to in-process watchers with the event, so that they need not parse the value again
         * @param leaseSeconds 0: for ever; else the key goes that long after this write (events)
         */
        record Put(
                String key,
                @Nullable Revision expected,
                byte[] value,
                @Nullable Object attachment,
                long leaseSeconds) implements Write {}

        /** Removes a key; expecting {@link Revision#NONE} makes no sense and is refused. */
        record Delete(String key, @Nullable Revision expected) implements Write {}

        static Write put(String key, @Nullable Revision expected, byte[] value) {
            return new Put(key, expected, value, null, 0);
        }

        static Write delete(String key, @Nullable Revision expected) {
            return new Delete(key, expected);
        }

        /**
         * Refuses what is no transaction.
         *
         * @throws IllegalArgumentException for an impossible key, one that is written twice, a negative lease, or a delete that expects
         *     its key to be absent
         */
        static void check(List<Write> writes) {
            Set<String> keys = writes.size() > 1 ? new HashSet<>() : Set.of();
            for (Write write : writes) {
                String key = write.key();
                if (key.isEmpty() || key.indexOf('\0') >= 0) {
                    throw new IllegalArgumentException("not a key: '" + key + "'");
                }
                if (writes.size() > 1 && !keys.add(key)) {
                    throw new IllegalArgumentException("a transaction writes " + key + " twice");
                }
                switch (write) {
                    case Write.Put put -> {
                        if (put.leaseSeconds() < 0) {
                            throw new IllegalArgumentException("negative lease of " + key);
                        }
                    }
                    case Write.Delete delete -> {
                        if (Revision.NONE.equals(delete.expected())) {
                            throw new IllegalArgumentException("a delete of " + key + " that expects it to be absent");
                        }
                    }
                }
            }
        }
    }

    /** How a transaction ended. */
    sealed interface CommitResult {
        /** Durable at this revision. */
        record Committed(Revision revision) implements CommitResult {}

        /** Nothing was changed: {@code key} is not as expected but {@code actual} (empty: absent). */
        record Conflict(String key, Optional<KeyValue> actual) implements CommitResult {}
    }

    /**
     * One change as a watcher sees it.
     *
     * @param value the new value; empty for a delete
     * @param created when the key came to be: a put that creates has {@code created} equal to {@code revision}; {@link
     *     Revision#NONE} for a delete
     * @param attachment what the writer gave to its {@link Write.Put}; null for changes of another process or of the past
     */
    record Event(
            Type type,
            String key,
            byte[] value,
            Revision created,
            Revision revision,
            @Nullable Object attachment) {
        /** What happened to the key. */
        public enum Type {
            PUT,
            DELETE
        }
    }

    /** Receives the changes of a watch; must not block for long and never call back into the store's writes. */
    interface WatchListener {
        /**
         * Changes of one or more whole transactions, in revision order; never empty. Nobody is shown them yet: not before {@link
         * KeyValueStore#shown} has come to them.
         */
        void onEvents(List<Event> events);

        /** What came last is shown now, and so is what other watchers have got with it: who waits for it may be told. */
        default void onShown() {}

        /** The watch ended by itself, not by {@link Watch#close}, and delivers no more. */
        void onClosed(Throwable cause);
    }

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /** All changes up to this revision have been delivered; never goes back. */
        Revision progress();

        /** Waits until {@link #progress} has reached a revision; false when {@code timeout} passed. */
        boolean awaitProgress(Revision revision, Duration timeout) throws InterruptedException;

        @Override
        void close();
    }

    /** The store can't make writes durable (disk full, I/O error, closed); what was acknowledged remains readable. */
    final class StorageUnavailableException extends RuntimeException {
        public StorageUnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** A write is larger than the store takes; it has not happened. The message is in the words of the original. */
    final class TooLargeException extends RuntimeException {
        /** What etcd says. */
        public static final String OF_ETCD = "etcdserver: request is too large";

        public TooLargeException(String message) {
            super(message, null, false, false);
        }
    }

    /** History up to {@code compacted} is gone. */
    final class CompactedException extends RuntimeException {
        private final Revision compacted;

        public CompactedException(Revision compacted) {
            super("history up to revision " + compacted + " is compacted");
            this.compacted = compacted;
        }

        public Revision compacted() {
            return compacted;
        }
    }

    /** A revision that does not exist yet. */
    final class FutureRevisionException extends RuntimeException {
        private final Revision current;

        public FutureRevisionException(Revision asked, Revision current) {
            super("revision " + asked + " is newer than " + current);
            this.current = current;
        }

        public Revision current() {
            return current;
        }
    }
}
