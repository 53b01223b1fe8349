package io.kybern.apiserver.storage.memory;

import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.List;

/** The states since the last compaction, with what led to each. Guarded by its owner. */
final class History {
    /** What a transaction led to. */
    private record Step(MemoryState state, List<Event> events) {}

    private MemoryState oldest;
    private List<Step> steps = new ArrayList<>();

    History(MemoryState oldest) {
        this.oldest = oldest;
    }

    long compacted() {
        return oldest.revision();
    }

    void add(MemoryState state, List<Event> events) {
        steps.add(new Step(state, events));
    }

    /** The state as of a revision that is not in the future. */
    MemoryState at(long revision) {
        requireKept(revision);
        int index = after(revision);
        return index == 0 ? oldest : steps.get(index - 1).state();
    }

    /** The changes after a revision of keys with a prefix. */
    List<Event> changes(String prefix, long after) {
        requireKept(after);
        List<Event> events = new ArrayList<>();
        for (Step step : steps.subList(after(after), steps.size())) {
            step.events().stream()
                    .filter(event -> event.key().startsWith(prefix))
                    .forEach(events::add);
        }
        return events;
    }

    void compact(long revision) {
        if (revision > compacted()) {
            int index = after(revision);
            oldest = new MemoryState(revision, at(revision).keys());
            steps = new ArrayList<>(steps.subList(index, steps.size()));
        }
    }

    private void requireKept(long revision) {
        if (revision < compacted()) {
            throw new CompactedException(new Revision(compacted()));
        }
    }

    /** The index of the first step after a revision. */
    private int after(long revision) {
        int low = 0;
        int high = steps.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (steps.get(middle).state().revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
