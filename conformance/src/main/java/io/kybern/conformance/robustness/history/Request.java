package io.kybern.conformance.robustness.history;

/** What a client asks for. Marks are unique in a history; an expected revision of 0 means: whatever it is. */
public sealed interface Request {
    /** A write of one object. */
    sealed interface Write extends Request {
        String key();

        /** The revision that the object must have for the write to take place; 0: any. */
        long expected();
    }

    record Create(String key, String mark) implements Write {
        @Override
        public long expected() {
            return 0;
        }
    }

    /** Replaces the whole content. */
    record Update(String key, String mark, long expected) implements Write {}

    /** Sets the mark of the last patch and leaves the rest. */
    record Patch(String key, String mark, long expected) implements Write {}

    record Delete(String key, long expected) implements Write {}

    /** @param stale whether an answer of the past will do */
    record Get(String key, boolean stale) implements Request {}

    /**
     * All objects of a collection.
     *
     * @param at the revision for {@link Freshness#EXACT}, else 0
     * @param limit of a page; 0: all at once
     */
    record List(Scope scope, Freshness freshness, long at, int limit) implements Request {}

    /** Which state an answer has to show. */
    enum Freshness {
        /** Not older than the request. */
        NEWEST,
        /** Any that ever was. */
        ANY,
        /** The one at a revision. */
        EXACT
    }
}
