package io.kybern.apiserver.storage.memory;

import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.List;

/**
 * The states since the last compaction, with what led to each; of much that happens in a short time, less. Guarded by its owner.
 */
final class History {
    /** What an event takes beside its value, roughly. */
    private static final long BYTES_OF_AN_EVENT = 256;

    /** What a transaction led to. */
    private record Step(MemoryState state, List<Event> events) {
        long bytes() {
            long bytes = 0;
            for (Event event : events) {
                bytes += BYTES_OF_AN_EVENT + event.value().length;
            }
            return bytes;
        }
    }

    private final long mostBytes;
    private MemoryState oldest;
    private List<Step> steps = new ArrayList<>();
    private long bytes;

    History(MemoryState oldest, long mostBytes) {
        this.oldest = oldest;
        this.mostBytes = mostBytes;
    }

    long compacted() {
        return oldest.revision();
    }

    void add(MemoryState state, List<Event> events) {
        Step step = new Step(state, events);
        steps.add(step);
        bytes += step.bytes();
        if (bytes > mostBytes) {
            forgetHalf();
        }
    }

    private void forgetHalf() {
        int index = 0;
        for (long left = bytes; left > mostBytes / 2 && index < steps.size(); index++) {
            left -= steps.get(index).bytes();
        }
        compact(steps.get(index - 1).state().revision());
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
            List<Step> forgotten = steps.subList(0, index);
            bytes -= forgotten.stream().mapToLong(Step::bytes).sum();
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
