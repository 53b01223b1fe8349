package io.kybern.apiserver.storage.memory;

import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.RangeResult;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All live keys as of a revision. Immutable: states share what they have in common. */
record MemoryState(long revision, OrderedMap<String, Entry> keys) {
    static final MemoryState EMPTY = new MemoryState(1, OrderedMap.empty());

    /** @param expires when its lease ends, in milliseconds of the epoch; {@link #FOREVER}: it has none */
    record Entry(byte[] value, long created, long modified, long expires) {
        static final long FOREVER = 0;

        KeyValue as(String key) {
            return new KeyValue(key, value, new Revision(created), new Revision(modified));
        }
    }

    Optional<KeyValue> get(String key) {
        return Optional.ofNullable(keys.get(key)).map(entry -> entry.as(key));
    }

    RangeResult range(String from, String to, int limit) {
        List<KeyValue> items = new ArrayList<>();
        boolean more = false;
        for (Iterator<Map.Entry<String, Entry>> entries = keys.iteratorFrom(from); entries.hasNext(); ) {
            Map.Entry<String, Entry> next = entries.next();
            if (next.getKey().compareTo(to) >= 0) {
                break;
            }
            if (limit > 0 && items.size() == limit) {
                more = true;
                break;
            }
            items.add(next.getValue().as(next.getKey()));
        }
        return new RangeResult(items, more, new Revision(revision));
    }

    long count(String from, String to) {
        return Math.max(0, keys.rank(to) - keys.rank(from));
    }
}
