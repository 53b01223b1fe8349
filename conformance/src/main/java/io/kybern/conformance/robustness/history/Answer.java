package io.kybern.conformance.robustness.history;

import java.util.List;

/** How a request ended. */
public sealed interface Answer {
    /** The object as it is, or as it was written. */
    record One(Version version) implements Answer {}

    /** The object with this uid is deleted. */
    record Deleted(String uid) implements Answer {}

    /** @param complete whether the last page was the last one, and not only the last that came */
    record Pages(List<Page> pages, boolean complete) implements Answer {
        public Pages {
            pages = List.copyOf(pages);
        }
    }

    /** Nothing has happened, for a reason that the state of the server must bear out. */
    record Refused(Reason reason) implements Answer {}

    /** Whether it has happened, nobody knows. */
    record Unknown(String why) implements Answer {}

    /** @param revision that the list says it shows */
    record Page(long revision, List<Version> items) {
        public Page {
            items = List.copyOf(items);
        }
    }

    /** Why a server refuses. */
    enum Reason {
        EXISTS,
        CONFLICT,
        MISSING,
        /** The past that was asked for is forgotten. */
        EXPIRED,
        NO_SPACE
    }
}
