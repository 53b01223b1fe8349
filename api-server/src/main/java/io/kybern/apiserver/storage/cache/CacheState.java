package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All objects after a change. */
record CacheState(Entry last, OrderedMap<ObjectKey, StoredObject> objects) {
    Revision revision() {
        return last.revision;
    }

    /**
     * All objects after an earlier change: those of the next entry that keeps them, without the changes in between.
     *
     * @param earlier of the window
     * @return empty if it was dropped from the window meanwhile
     */
    Optional<OrderedMap<ObjectKey, StoredObject>> after(Entry earlier) {
        List<Entry> later = new ArrayList<>();
        OrderedMap<ObjectKey, StoredObject> state = stateAfter(earlier);
        for (Entry entry = earlier; state == null; state = stateAfter(entry)) {
            entry = entry.next;
            if (entry == null || entry == Entry.DROPPED) {
                return Optional.empty();
            }
            later.add(entry);
        }
        for (Entry entry : later.reversed()) {
            state = entry.undo(state);
        }
        return Optional.of(state);
    }

    private @Nullable OrderedMap<ObjectKey, StoredObject> stateAfter(Entry entry) {
        return entry == last ? objects : entry.objects();
    }
}
