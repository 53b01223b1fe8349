package io.kybern.apiserver.storage;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The objects of one resource (all served versions share it): reads come from a cache of wire bytes, writes are one
 * optimistic transaction each.
 *
 * <p>Reads never block on writes; a {@link Snapshot} is immutable and free. The cache is never older than a write that
 * was acknowledged by this process. Writers are on virtual threads and block until durable.
 */
public interface ResourceStore {
    /** The state now. */
    Snapshot snapshot();

    /**
     * The state at a revision of the past.
     *
     * @throws KeyValueStore.CompactedException if it is forgotten
     * @throws KeyValueStore.FutureRevisionException if it is yet to come
     */
    Snapshot snapshotAt(Revision revision);

    /** Waits until the state is not older than {@code revision}; false when {@code timeout} passed. */
    boolean awaitRevision(Revision revision, Duration timeout) throws InterruptedException;

    /** Whether other processes write, too, so that {@link #refresh} has something to wait for. */
    default boolean shared() {
        return false;
    }

    /** Waits until the state is not older than the moment of the call, whoever has written; blocks where {@link #shared}. */
    default void refresh() {}

    /** Whether nothing is to be gained from {@link #reachBack} before a watch begins at a revision. */
    default boolean reaches(Revision after) {
        return true;
    }

    /**
     * Learns the changes after a revision that were made before this was loaded, so that who has watched elsewhere can go on here;
     * blocks. Does nothing if they are forgotten.
     */
    default void reachBack(Revision after) {}

    Optional<StoredObject> get(ObjectKey key);

    /** The revision of the newest change of an object of this resource: what is derived from all of them lives as long. */
    Revision lastChange();

    /** @throws KeyValueStore.TooLargeException if the original would not store it */
    WriteResult create(ObjectKey key, EncodedObject object, long leaseSeconds);

    /**
     * Replaces the object if it is still at {@code expected}.
     *
     * @throws KeyValueStore.TooLargeException if the original would not store it
     */
    WriteResult update(ObjectKey key, Revision expected, EncodedObject object, long leaseSeconds);

    /** Removes the object if it is still at {@code expected}; the result holds its last state with the new revision. */
    WriteResult delete(ObjectKey key, Revision expected);

    /** Whether an object is, byte for byte, what is stored of one that was read here and has not changed since. */
    default boolean isStored(EncodedObject object, StoredObject seen) {
        return seen.holds(object);
    }

    /**
     * Whether reads may have to wait for somebody else: then they throw on threads that must not, and so do the iterators of
     * snapshots.
     */
    default boolean mayWait() {
        return false;
    }

    /**
     * Delivers the changes after {@code after} that concern objects which match.
     *
     * @throws KeyValueStore.CompactedException if they are no longer all there
     */
    Subscription watch(Revision after, ObjectFilter filter, Subscriber subscriber);

    /** An immutable view of all objects, ordered by namespace and name. */
    interface Snapshot {
        Revision revision();

        Optional<StoredObject> get(ObjectKey key);

        /** Number of objects of a namespace; of all for the empty one. */
        long count(String namespace);

        /** Number of objects of a namespace (empty: all) behind the one of a key, at no walk over them. */
        long countAfter(String namespace, ObjectKey key);

        /** Objects of a namespace (empty: all) whose key is {@code >= from}; lazily. */
        Iterator<StoredObject> iterate(String namespace, ObjectKey from);

        /** As {@link #iterate(String, ObjectKey)}; may leave out objects that don't have all of these {@link Marks}. */
        default Iterator<StoredObject> iterate(String namespace, ObjectKey from, long marks) {
            return iterate(namespace, from);
        }
    }

    /** Which objects a reader wants; cheap and pure. */
    interface ObjectFilter extends Predicate<StoredObject> {
        /** Only this namespace; empty: all. */
        String namespace();

        /** Everything of {@link #namespace}: the predicate need not be asked. */
        boolean matchesAll();

        /**
         * A value that one of {@link StoredObject#fields} must have (a kubelet's {@code spec.nodeName}): watchers that
         * tell it are found by it, instead of being asked about each change. The predicate must imply it.
         */
        default Optional<RequiredField> requiredField() {
            return Optional.empty();
        }

        /** {@link Marks} of all that the predicate lets through: what lacks one need not be asked about. */
        default long marks() {
            return 0;
        }

        /** A selectable field and the one value wanted. */
        record RequiredField(String field, String value) {}
    }

    /** How a write ended. */
    sealed interface WriteResult {
        record Done(StoredObject object) implements WriteResult {}

        record Exists(StoredObject actual) implements WriteResult {}

        record Conflict(StoredObject actual) implements WriteResult {}

        record Missing() implements WriteResult {}
    }

    /**
     * A change as a watcher with a filter sees it.
     *
     * @param object the new state, or the last one with the revision of the deletion
     * @param previous the state before, if there was any
     */
    record Change(Type type, StoredObject object, Revision revision, Optional<StoredObject> previous) {
        /** Transitions in and out of the filter show as ADDED and DELETED. */
        public enum Type {
            ADDED,
            MODIFIED,
            DELETED
        }
    }

    /** Where the changes go. */
    interface Subscriber {
        /**
         * There is something to {@link Subscription#poll}, after there was nothing. Called on the store's thread: only
         * schedule work here.
         */
        void onAvailable();
    }

    /** A cursor over the changes: its owner polls when its connection can take more. */
    interface Subscription extends AutoCloseable {
        /**
         * Up to {@code max} changes; empty: none now, {@link Subscriber#onAvailable} will be called once for the next.
         *
         * @throws SlowConsumerException when the cursor fell out of the window of changes that are kept
         */
        List<Change> poll(int max);

        /** All changes up to here have been polled or concern other objects: what a bookmark may say. */
        Revision progress();

        @Override
        void close();
    }

    /** The watcher was so far behind that changes which it has not seen are forgotten. */
    class SlowConsumerException extends RuntimeException {
        private final transient Revision lost;

        public SlowConsumerException(Revision lost) {
            super("watcher fell behind revision " + lost);
            this.lost = lost;
        }

        /** The newest revision that is forgotten. */
        public Revision lost() {
            return lost;
        }
    }

    /** Nothing more will come: the resource is served anew, or no longer. */
    final class EndedException extends SlowConsumerException {
        public EndedException(Revision last) {
            super(last);
        }
    }
}
