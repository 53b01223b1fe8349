package io.kybern.conformance.robustness.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.conformance.robustness.check.Model.Bug;
import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Version;
import io.kybern.conformance.robustness.history.WatchSession;
import io.kybern.conformance.robustness.history.WatchSession.Bookmark;
import io.kybern.conformance.robustness.history.WatchSession.Event;
import io.kybern.conformance.robustness.history.WatchSession.Seen;
import io.kybern.conformance.robustness.history.WatchSession.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A checker that finds nothing proves nothing: it must find each bug, in each of many histories, and none where there is none. */
class CheckerTest {
    private static final int SEEDS = 100;

    @Test
    void findsNothingInTheHistoryOfAServerThatKeepsItsPromises() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(Checker.check(Model.history(seed, Bug.NONE)))
                    .as("seed %s", seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void findsABugOfTheServer(Bug bug) {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(Checker.check(Model.history(seed, bug)))
                    .as("%s of seed %s", bug, seed)
                    .isNotEmpty();
        }
    }

    /** What a watch does wrong, once. */
    enum WatchBug {
        MISSING_EVENT,
        REORDERED_EVENTS,
        DUPLICATED_EVENT,
        WRONG_TYPE,
        WRONG_CONTENT,
        EVENT_BEFORE_ITS_WRITE,
        EARLY_BOOKMARK;

        void plantInto(List<Seen> seen, int at) {
            if (!(seen.get(at) instanceof Event event)) {
                throw new IllegalArgumentException("no event there");
            }
            Version version = event.version();
            switch (this) {
                case MISSING_EVENT -> seen.remove(at);
                case REORDERED_EVENTS -> Collections.swap(seen, at, at - 1);
                case DUPLICATED_EVENT -> seen.add(at, event);
                case WRONG_TYPE ->
                    seen.set(
                            at,
                            new Event(event.time(), event.type() == Type.ADDED ? Type.MODIFIED : Type.ADDED, version));
                case WRONG_CONTENT ->
                    seen.set(
                            at,
                            new Event(
                                    event.time(),
                                    event.type(),
                                    new Version(version.key(), version.uid(), version.revision(), "other", "")));
                case EVENT_BEFORE_ITS_WRITE -> seen.set(at, new Event(event.time() - 10_000, event.type(), version));
                case EARLY_BOOKMARK -> seen.add(at, new Bookmark(event.time(), version.revision(), false));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsABugOfAWatch(WatchBug bug) {
        for (long seed = 0; seed < SEEDS; seed++) {
            History good = Model.history(seed, Bug.NONE);
            List<WatchSession> sessions = new ArrayList<>(good.sessions());
            int which = (int) (seed % sessions.size());
            WatchSession session = sessions.get(which);
            List<Seen> seen = new ArrayList<>(session.seen());
            bug.plantInto(seen, pairOfEvents(seen, new Random(seed)));
            sessions.set(which, new WatchSession(session.watcher(), session.scope(), session.after(), seen));
            assertThat(Checker.check(new History(good.operations(), sessions)))
                    .as("%s of seed %s in %s", bug, seed, session.watcher())
                    .isNotEmpty();
        }
    }

    /** The second of two events one after the other, with something behind it that shows what is missing. */
    private static int pairOfEvents(List<Seen> seen, Random random) {
        int firstChange = 1;
        for (int i = 0; i < seen.size(); i++) {
            firstChange = seen.get(i) instanceof Bookmark bookmark && bookmark.initialEnd() ? i + 2 : firstChange;
        }
        List<Integer> pairs = new ArrayList<>();
        for (int i = firstChange; i < seen.size() - 1; i++) {
            if (seen.get(i) instanceof Event event
                    && seen.get(i - 1) instanceof Event
                    && event.type() != Type.DELETED) {
                pairs.add(i);
            }
        }
        return pairs.get(random.nextInt(pairs.size()));
    }
}
