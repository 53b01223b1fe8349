package io.kybern.conformance.robustness.history;

import java.util.List;

/**
 * One watch from its begin to its end.
 *
 * @param scope what it is about
 * @param after the revision from which on it was to show changes; {@link #INITIAL}: it was to show all objects first
 * @param seen in the order in which it came
 */
public record WatchSession(String watcher, Scope scope, long after, List<Seen> seen) {
    public static final long INITIAL = -1;

    public WatchSession {
        seen = List.copyOf(seen);
    }

    /** Something that came. */
    public sealed interface Seen {
        /** When, by the clock of the operations. */
        long time();
    }

    /** @param version of a deleted object: its last content, with the revision of the deletion */
    public record Event(long time, Type type, Version version) implements Seen {}

    /** @param initialEnd whether it ends the objects that were there at the begin */
    public record Bookmark(long time, long revision, boolean initialEnd) implements Seen {}

    /** What has happened to an object. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
