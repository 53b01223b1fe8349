package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.Version;
import io.kybern.conformance.robustness.history.WatchSession;
import io.kybern.conformance.robustness.history.WatchSession.Bookmark;
import io.kybern.conformance.robustness.history.WatchSession.Event;
import io.kybern.conformance.robustness.history.WatchSession.Seen;
import io.kybern.conformance.robustness.history.WatchSession.Type;
import java.util.List;
import java.util.TreeMap;

/**
 * Whether each watch has shown the changes of its objects from its begin on: all of them, once, in order, as what they were;
 * and whether bookmarks come after all that they say is past. A watch may end anywhere.
 */
final class Watches {
    private final Timeline timeline;
    private final Moments moments;
    private final Findings findings;

    Watches(Timeline timeline, Moments moments, Findings findings) {
        this.timeline = timeline;
        this.moments = moments;
        this.findings = findings;
    }

    /** Nobody is told of a change before it has happened. Before the moments are settled. */
    void bound(List<WatchSession> sessions) {
        for (WatchSession session : sessions) {
            for (Seen seen : session.seen()) {
                long revision = switch (seen) {
                    case Event event -> event.version().revision();
                    case Bookmark bookmark -> bookmark.revision();
                };
                moments.notAfter(timeline.lastUntil(revision), seen.time(), seen);
            }
        }
    }

    void check(List<WatchSession> sessions) {
        for (WatchSession session : sessions) {
            if (session.after() == WatchSession.INITIAL) {
                checkInitial(session);
            } else {
                checkFrom(session, session.seen(), session.after());
            }
        }
    }

    private void checkInitial(WatchSession session) {
        TreeMap<String, Version> shown = new TreeMap<>();
        List<Seen> seen = session.seen();
        for (int i = 0; i < seen.size(); i++) {
            switch (seen.get(i)) {
                case Event event -> {
                    Version before = shown.put(event.version().key(), event.version());
                    if (event.type() != Type.ADDED || before != null) {
                        findings.add("among the objects at the begin %s was shown %s", session.watcher(), event);
                        return;
                    }
                }
                case Bookmark bookmark -> {
                    TreeMap<String, Version> state = timeline.stateAt(session.scope(), bookmark.revision());
                    if (!bookmark.initialEnd() || !shown.equals(state)) {
                        findings.add(
                                "%s was shown %s by %s instead of %s",
                                session.watcher(), shown.values(), bookmark, state.values());
                        return;
                    }
                    checkFrom(session, seen.subList(i + 1, seen.size()), bookmark.revision());
                    return;
                }
            }
        }
    }

    private void checkFrom(WatchSession session, List<Seen> seen, long after) {
        long reached = after;
        int expected = next(session, timeline.lastUntil(after) + 1);
        for (Seen each : seen) {
            switch (each) {
                case Event event -> {
                    if (event.version().revision() <= reached) {
                        findings.add("after %d %s was shown %s", reached, session.watcher(), event);
                        return;
                    }
                    // each event is part of the timeline, so there is an expected one
                    if (!isAt(expected, event)) {
                        findings.add(
                                "%s, who watches %s from %d, was shown %s instead of %s",
                                session.watcher(), session.scope(), session.after(), event, describe(expected));
                        return;
                    }
                    reached = event.version().revision();
                    expected = next(session, expected + 1);
                }
                case Bookmark bookmark -> {
                    boolean early = expected < timeline.size()
                            && timeline.effect(expected).revision() <= bookmark.revision();
                    if (early || bookmark.revision() < reached || bookmark.initialEnd()) {
                        findings.add(
                                "%s, who had reached %d, was shown %s before %s",
                                session.watcher(), reached, bookmark, describe(expected));
                        return;
                    }
                    reached = bookmark.revision();
                }
            }
        }
    }

    /** The first change at or behind an index that the watch is about. */
    private int next(WatchSession session, int from) {
        int index = from;
        while (index < timeline.size()
                && !session.scope().holds(timeline.effect(index).key())) {
            index++;
        }
        return index;
    }

    private Object describe(int index) {
        return index < timeline.size() ? timeline.effect(index) : "nothing";
    }

    private boolean isAt(int expected, Event event) {
        if (expected >= timeline.size()) {
            return false;
        }
        Effect effect = timeline.effect(expected);
        int before = timeline.previous(expected);
        boolean existed = before != Timeline.NONE && !timeline.effect(before).deletes();
        Type type = effect.deletes() ? Type.DELETED : existed ? Type.MODIFIED : Type.ADDED;
        return effect.version().equals(event.version()) && type == event.type();
    }
}
