package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.OrderedMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what lives at the end of a log. */
final class Replay implements Log.Reader {
    private final Map<String, KeyState> live = new HashMap<>();
    private long compacted;

    @Override
    public void accept(LogEntry entry, Place place) {
        switch (entry.kind()) {
            case PUT -> replaced(live.put(entry.key(), entry.state(place)), entry.revision());
            case DELETE -> replaced(live.remove(entry.key()), entry.revision());
            case MOVED -> {
                KeyState before = live.put(entry.key(), entry.state(place));
                if (before != null) {
                    before.place().segment().movedAway(before.place().length());
                }
            }
            case COMPACTED -> compacted = entry.revision();
        }
    }

    private static void replaced(@Nullable KeyState before, long revision) {
        if (before != null) {
            before.place().segment().replaced(before.place().length(), revision);
        }
    }

    /** The highest mark that it came across; 0: none. */
    long compacted() {
        return compacted;
    }

    OrderedMap<String, KeyState> keys() {
        List<Map.Entry<String, KeyState>> sorted = new ArrayList<>(live.entrySet());
        sorted.sort(Map.Entry.comparingByKey());
        return OrderedMap.ofSorted(sorted);
    }
}
