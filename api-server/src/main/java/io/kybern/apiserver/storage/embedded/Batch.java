package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Leases;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The effect of a batch so far, on top of the durable state. */
final class Batch {
    private static final byte[] NOTHING = new byte[0];

    private final long now;
    private final Optional<String> shortage;
    long revision;
    OrderedMap<String, KeyState> keys;
    final List<Change> changes = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<Leases.Lease> leases = new ArrayList<>();

    /** @param shortage why nothing may be added, if it may not */
    Batch(Committer.State start, long now, Optional<String> shortage) {
        this.shortage = shortage;
        this.revision = start.revision();
        this.keys = start.keys();
        this.now = now;
    }

    Outcome evaluate(List<Write> writes) {
        if (shortage.isPresent() && writes.stream().anyMatch(Write.Put.class::isInstance)) {
            return new Outcome.Failed(new StorageUnavailableException(shortage.get(), null));
        }
        @Nullable KeyState[] states = new KeyState[writes.size()];
        for (int i = 0; i < states.length; i++) {
            Write write = writes.get(i);
            KeyState actual = keys.get(write.key());
            Revision expected = write.expected();
            if (expected != null && expected.value() != (actual == null ? 0 : actual.modified())) {
                return new Outcome.Conflict(write.key(), actual);
            }
            states[i] = actual;
        }
        int before = changes.size();
        for (int i = 0; i < states.length; i++) {
            apply(writes.get(i), states[i], revision + 1);
        }
        if (changes.size() > before) {
            revision++;
        }
        return new Outcome.Committed(revision);
    }

    private void apply(Write write, @Nullable KeyState actual, long at) {
        String key = write.key();
        switch (write) {
            case Write.Put put -> {
                long expires = put.leaseSeconds() == 0
                        ? KeyState.FOREVER
                        : now + Math.multiplyExact(put.leaseSeconds(), 1000L);
                KeyState next = new KeyState(actual == null ? at : actual.created(), at, expires);
                keys = keys.with(key, next);
                changes.add(new Change(key, at, put.value(), actual, next));
                events.add(new Event(
                        Event.Type.PUT,
                        key,
                        put.value(),
                        new Revision(next.created()),
                        new Revision(at),
                        put.attachment()));
                if (next.hasLease()) {
                    leases.add(new Leases.Lease(key, at, expires));
                }
            }
            case Write.Delete delete -> {
                if (actual != null) {
                    keys = keys.without(key);
                    changes.add(new Change(key, at, NOTHING, actual, null));
                    events.add(new Event(Event.Type.DELETE, key, NOTHING, Revision.NONE, new Revision(at), null));
                }
            }
        }
    }
}
