package io.kybern.operators.event;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.operators.event.EventNote.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides what becomes of a note: a new Event, one more occurrence of an Event that exists, or nothing. Bounded: it
 * forgets the least recently used.
 *
 * <p>The numbers are those of client-go's correlator: 25 Events an object at once and one more every 5 minutes; more
 * than 10 different messages of one reason within 10 minutes become one combined Event.
 */
final class EventCorrelator {
    private static final int CACHE_SIZE = 4096;
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofMinutes(5);
    private static final int MAX_SIMILAR = 10;
    private static final Duration SIMILAR_WINDOW = Duration.ofMinutes(10);
    private static final String COMBINED = "(combined from similar events): ";

    /** What to do with a note. */
    sealed interface Decision {
        /** Write an Event under this key. */
        record Create(Key key, String message) implements Decision {}

        /** The Event {@code name} happened again: it has now happened {@code count} times. */
        record Repeat(Key key, String name, String message, int count) implements Decision {}

        record Drop() implements Decision {}
    }

    /** Notes of equal keys are one Event. */
    record Key(Similar similar, String message) {}

    /** What notes have in common that differ in their message only. */
    record Similar(String object, Type type, String reason, String action) {}

    private static final class Bucket {
        double tokens = BURST;
        Instant last;

        Bucket(Instant now) {
            last = now;
        }

        boolean take(Instant now) {
            tokens = Math.min(
                    BURST, tokens + (double) Duration.between(last, now).toMillis() / REFILL.toMillis());
            last = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    private static final class Messages {
        final Set<String> seen = new HashSet<>();
        Instant last;

        Messages(Instant now) {
            last = now;
        }
    }

    private record Written(String name, int count) {}

    private static final class Lru<K, V> extends LinkedHashMap<K, V> {
        Lru() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > CACHE_SIZE;
        }

        V getOrMake(K key, Supplier<V> make) {
            return computeIfAbsent(key, k -> make.get());
        }
    }

    @GuardedBy("this") private final Lru<String, Bucket> buckets = new Lru<>();

    @GuardedBy("this") private final Lru<Similar, Messages> messages = new Lru<>();

    @GuardedBy("this") private final Lru<Key, Written> written = new Lru<>();

    synchronized Decision decide(EventNote note, Instant now) {
        var regarding = note.regarding();
        String object = regarding.getKind()
                + '/'
                + regarding.getNamespace()
                + '/'
                + regarding.getName()
                + '/'
                + regarding.getUid()
                + '/'
                + regarding.getFieldPath();
        if (!buckets.getOrMake(object, () -> new Bucket(now)).take(now)) {
            return new Decision.Drop();
        }
        var similar = new Similar(object, note.type(), note.reason(), note.action());
        var recent = messages.getOrMake(similar, () -> new Messages(now));
        if (Duration.between(recent.last, now).compareTo(SIMILAR_WINDOW) > 0) {
            recent.seen.clear();
        }
        recent.last = now;
        boolean combine = recent.seen.size() >= MAX_SIMILAR && !recent.seen.contains(note.message());
        if (!combine) {
            recent.seen.add(note.message());
        }
        var key = new Key(similar, combine ? COMBINED : note.message());
        String message = combine ? COMBINED + note.message() : note.message();
        Written before = written.get(key);
        if (before == null) {
            return new Decision.Create(key, message);
        }
        var again = new Written(before.name(), before.count() + 1);
        written.put(key, again);
        return new Decision.Repeat(key, again.name(), message, again.count());
    }

    /** The Event of {@code key} was created as {@code name}. */
    synchronized void created(Key key, String name) {
        written.put(key, new Written(name, 1));
    }

    /** The Event of {@code key} is gone: the next note makes a new one. */
    synchronized void lost(Key key) {
        written.remove(key);
    }
}
