package io.kybern.apiserver.storage.memory;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.memory.MemoryState.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one transaction makes of a state. */
final class Transaction {
    private static final byte[] NOTHING = new byte[0];

    private final MemoryState start;
    private final long now;
    private final long revision;
    private OrderedMap<String, Entry> keys;
    private final List<Event> events = new ArrayList<>();

    /** @param now milliseconds of the epoch: leases begin */
    Transaction(MemoryState start, long now) {
        this.start = start;
        this.now = now;
        this.revision = start.revision() + 1;
        this.keys = start.keys();
    }

    /** The key that is not as expected, if there is one. */
    static Optional<String> conflict(MemoryState state, List<Write> writes) {
        return writes.stream()
                .filter(write -> {
                    Revision expected = write.expected();
                    Entry actual = state.keys().get(write.key());
                    return expected != null && expected.value() != (actual == null ? 0 : actual.modified());
                })
                .map(Write::key)
                .findFirst();
    }

    Transaction apply(List<Write> writes) {
        for (Write write : writes) {
            switch (write) {
                case Write.Put put -> put(put);
                case Write.Delete delete -> delete(delete.key());
            }
        }
        return this;
    }

    private void put(Write.Put put) {
        Entry actual = keys.get(put.key());
        long expires = put.leaseSeconds() == 0 ? Entry.FOREVER : now + Math.multiplyExact(put.leaseSeconds(), 1000L);
        Entry next = new Entry(put.value(), actual == null ? revision : actual.created(), revision, expires);
        keys = keys.with(put.key(), next);
        events.add(new Event(
                Event.Type.PUT,
                put.key(),
                put.value(),
                new Revision(next.created()),
                new Revision(revision),
                put.attachment()));
    }

    private void delete(String key) {
        if (keys.get(key) != null) {
            keys = keys.without(key);
            events.add(new Event(Event.Type.DELETE, key, NOTHING, Revision.NONE, new Revision(revision), null));
        }
    }

    /** The state after it; the one before if it changes nothing. */
    MemoryState end() {
        return events.isEmpty() ? start : new MemoryState(revision, keys);
    }

    List<Event> events() {
        return events;
    }
}
