package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change in the {@link ChangeWindow}: a link of a chain. Cursors hold a link and follow {@link #next}; when the window
 * drops a link it cuts it off, so that a cursor left behind neither goes on nor holds the chain in memory.
 */
final class Entry {
    /** Follows every link that was dropped. */
    static final Entry DROPPED = new Entry(-1, Revision.NONE, null, null, null, 0);

    /** So many changes keep one state of all objects between them: a state costs what it doesn't share with the one before. */
    private static final int STATE_EVERY = 64;
    /** Of packed changes so many do, which are undone rarely. */
    private static final int PACKED_STATE_EVERY = 1024;
    /** What a change holds beside the bytes of its objects, about: itself, an object, its labels, its part of a state. */
    private static final int OVERHEAD = 300;

    /** Counts the changes of this window: two of one transaction share their revision. */
    final long sequence;

    final Revision revision;
    /** The state after; null: deleted. */
    final @Nullable StoredObject current;
    /** The state before; null: created. */
    final @Nullable StoredObject previous;

    final long atMillis;
    volatile @Nullable Entry next;
    /** What would be free without it, in bytes: the state before, which nobody else holds. Guarded by the window. */
    int held;

    private volatile @Nullable OrderedMap<ObjectKey, StoredObject> objects;
    private volatile @Nullable StoredObject departed;
    private volatile @Nullable Change shared;

    Entry(
            long sequence,
            Revision revision,
            @Nullable StoredObject current,
            @Nullable StoredObject previous,
            @Nullable OrderedMap<ObjectKey, StoredObject> objects,
            long atMillis) {
        this.sequence = sequence;
        this.revision = revision;
        this.current = current;
        this.previous = previous;
        this.objects = objects;
        this.atMillis = atMillis;
        this.held = OVERHEAD + (previous == null ? 0 : previous.length());
    }

    /** All objects after this change; null: to be had by undoing later ones, see {@link CacheState}. */
    @Nullable OrderedMap<ObjectKey, StoredObject> objects() {
        return objects;
    }

    /**
     * Packs what only the past holds: the state before by the one after; the last of a deleted object by that of another, as
     * those of one Deployment's pods are much the same.
     *
     * @param likely an object to pack a deleted one by, that stays whole
     * @return how many bytes that saves
     */
    int pack(@Nullable StoredObject likely) {
        if (sequence % PACKED_STATE_EVERY != 0) {
            objects = null;
        }
        StoredObject last = previous;
        if (last == null) {
            return 0;
        }
        if (current != null) {
            return last.packOnto(current);
        }
        departed = null; // made again if somebody asks
        shared = null;
        return likely == null ? 0 : last.packLike(likely);
    }

    /** Whether the entry of this sequence keeps the state. */
    static boolean keepsState(long sequence) {
        return sequence % STATE_EVERY == 0;
    }

    /** The objects before this change, from those after it. */
    OrderedMap<ObjectKey, StoredObject> undo(OrderedMap<ObjectKey, StoredObject> after) {
        if (previous != null) {
            return after.with(previous.key(), previous);
        }
        return current == null ? after : after.without(current.key());
    }

    /** Whether a watcher with a filter sees anything of it. */
    boolean concerns(ObjectFilter filter) {
        return current != null && matches(filter, current) || previous != null && matches(filter, previous);
    }

    /** What a watcher with a filter sees; null: nothing. */
    @Nullable Change seenBy(ObjectFilter filter) {
        boolean is = current != null && matches(filter, current);
        boolean was = previous != null && matches(filter, previous);
        if (is) {
            return was == (previous != null) ? unfiltered() : change(Change.Type.ADDED);
        }
        return was ? current == null ? unfiltered() : change(Change.Type.DELETED) : null;
    }

    /** The change as a watcher of everything sees it: shared, so that its frame is made once. */
    private Change unfiltered() {
        Change known = shared;
        if (known == null) {
            known = change(
                    current == null
                            ? Change.Type.DELETED
                            : previous == null ? Change.Type.ADDED : Change.Type.MODIFIED);
            shared = known;
        }
        return known;
    }

    private Change change(Change.Type type) {
        StoredObject object = type == Change.Type.DELETED ? departed() : current;
        if (object == null) {
            throw new IllegalStateException("no object at " + revision);
        }
        return new Change(type, object, revision, Optional.ofNullable(previous));
    }

    /** The last state with the revision of this change. */
    private StoredObject departed() {
        StoredObject known = departed;
        if (known == null) {
            StoredObject last = previous;
            if (last == null) {
                throw new IllegalStateException("nothing was there before " + revision);
            }
            known = last.withRevision(revision);
            departed = known;
        }
        return known;
    }

    private static boolean matches(ObjectFilter filter, StoredObject object) {
        return (filter.namespace().isEmpty()
                        || filter.namespace().equals(object.key().namespace()))
                && (filter.matchesAll() || filter.test(object));
    }
}
