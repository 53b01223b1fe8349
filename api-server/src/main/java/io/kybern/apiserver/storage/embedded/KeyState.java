package io.kybern.apiserver.storage.embedded;

import org.jspecify.annotations.Nullable;

/**
 * What is known in memory of a live key. Its value is on disk at {@link #place}, which changes when the value is moved within the log;
 * the rest never does.
 */
final class KeyState {
    static final long FOREVER = 0;

    private final long created;
    private final long modified;
    private final long expires;
    private volatile @Nullable Place place;

    /**
     * A state that is on its way to disk.
     *
     * @param expires when the key's lease ends, in milliseconds of the epoch; {@link #FOREVER} if it has none
     */
    KeyState(long created, long modified, long expires) {
        this(created, modified, expires, null);
    }

    KeyState(long created, long modified, long expires, @Nullable Place place) {
        this.created = created;
        this.modified = modified;
        this.expires = expires;
        this.place = place;
    }

    long created() {
        return created;
    }

    long modified() {
        return modified;
    }

    long expires() {
        return expires;
    }

    boolean hasLease() {
        return expires != FOREVER;
    }

    /** Where the value is. */
    Place place() {
        Place known = place;
        if (known == null) {
            throw new IllegalStateException("revision " + modified + " is not in the log yet");
        }
        return known;
    }

    /** For the one writer of the log. */
    void place(Place next) {
        place = next;
    }
}
