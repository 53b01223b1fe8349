package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.Answer.Page;
import io.kybern.conformance.robustness.history.Answer.Reason;
import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Request.Freshness;
import io.kybern.conformance.robustness.history.Scope;
import io.kybern.conformance.robustness.history.Version;
import io.kybern.conformance.robustness.history.WatchSession;
import io.kybern.conformance.robustness.history.WatchSession.Bookmark;
import io.kybern.conformance.robustness.history.WatchSession.Event;
import io.kybern.conformance.robustness.history.WatchSession.Seen;
import io.kybern.conformance.robustness.history.WatchSession.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server as simple as it gets, with clients whose operations overlap: each takes place at one moment between its begin and
 * its end. One of its operations may break a promise.
 */
final class Model {
    private static final int OPERATIONS = 400;
    private static final long STEP = 100;
    /** Operations begin and end so far from their moment, at most: several are under way at a time. */
    private static final long SPREAD = 450;

    private static final List<String> KEYS = List.of("a/1", "a/2", "b/1");

    /** What the server does wrong, once. */
    enum Bug {
        NONE,
        /** A write is acknowledged and forgotten. */
        LOST_WRITE,
        /** A write is acknowledged, seen by nobody and forgotten with the state that it made. */
        LOST_DELETION,
        /** A read shows what was before the last change, which was acknowledged long ago. */
        STALE_READ,
        /** A list shows its second page at a later state. */
        TORN_LIST,
        /** A list lacks one of its objects. */
        INCOMPLETE_LIST,
        /** A conditional write takes place on another revision than it expects. */
        LOST_UPDATE,
        /** A write is refused and takes place. */
        REFUSED_WRITE,
        /** A write takes place twice. */
        REPEATED_WRITE,
        /** A write is refused for a reason that there was not. */
        WRONG_REFUSAL,
        /** Two writes get one revision. */
        SHARED_REVISION
    }

    private final Random random;
    private final Bug bug;
    private final TreeMap<String, Version> state = new TreeMap<>();
    private final Map<String, Version> before = new HashMap<>();
    private final Map<String, Long> changed = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private long revision = 10;
    private int number;
    private boolean bugDone;

    private Model(long seed, Bug bug) {
        this.random = new Random(seed);
        this.bug = bug;
    }

    /** A history with one bug, or with none. Watches are right, unless the state that they show is not. */
    static History history(long seed, Bug bug) {
        Model model = new Model(seed, bug);
        while (model.number < OPERATIONS || bug != Bug.NONE && !model.bugDone && model.number < 10 * OPERATIONS) {
            model.number++;
            model.step();
        }
        for (int i = 0; i < 20; i++) { // so that somebody sees what the bug has left behind
            model.number++;
            model.take(new Request.List(model.scope(), Freshness.NEWEST, 0, 0));
        }
        return new History(model.operations, model.sessions());
    }

    private boolean plant(Bug here) {
        boolean now = bug == here && !bugDone && number > OPERATIONS / 3;
        bugDone |= now;
        return now;
    }

    private void step() {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        Version known = random.nextInt(3) == 0 ? before.get(key) : state.get(key);
        long expected = known == null ? 0 : known.revision();
        String mark = "m" + number;
        take(
                switch (random.nextInt(10)) {
                    case 0, 1 -> new Request.Create(key, mark);
                    case 2 -> new Request.Update(key, mark, expected);
                    case 3 -> new Request.Patch(key, mark, 0);
                    case 4 -> new Request.Patch(key, mark, expected);
                    case 5 -> new Request.Delete(key, random.nextBoolean() ? expected : 0);
                    case 6 -> new Request.Get(key, random.nextInt(5) == 0);
                    case 7 -> new Request.List(scope(), Freshness.NEWEST, 0, 0);
                    case 8 -> new Request.List(scope(), Freshness.NEWEST, 0, 1);
                    default -> new Request.Get(key, false);
                });
    }

    /** A kind, or all of them. */
    private Scope scope() {
        return new Scope(List.of("", "a/", "b/").get(random.nextInt(3)));
    }

    private long now() {
        return number * STEP;
    }

    private void take(Request request) {
        long invoked = now() - random.nextLong(SPREAD);
        long returned = now() + random.nextLong(SPREAD);
        Answer answer = switch (request) {
            case Request.Write write -> write(write);
            case Request.Get get -> get(get);
            case Request.List list -> list(list);
        };
        boolean done = answer instanceof Answer.One || answer instanceof Answer.Deleted;
        boolean unheard = done && request instanceof Request.Write && random.nextInt(10) == 0;
        operations.add(new Operation(
                number % 5,
                request,
                invoked,
                returned,
                unheard && bug == Bug.NONE ? new Answer.Unknown("cut") : answer));
    }

    private Answer write(Request.Write write) {
        Version old = state.get(write.key());
        if (write instanceof Request.Create && old != null) {
            return new Answer.Refused(Reason.EXISTS);
        }
        if (!(write instanceof Request.Create) && old == null) {
            return new Answer.Refused(Reason.MISSING);
        }
        boolean conflict = old != null && write.expected() != 0 && write.expected() != old.revision();
        if (conflict && !plant(Bug.LOST_UPDATE)) {
            return new Answer.Refused(Reason.CONFLICT);
        }
        if (old != null && changed.getOrDefault(write.key(), 0L) < now() - 3 * SPREAD && plant(Bug.WRONG_REFUSAL)) {
            number += 3 * (int) (SPREAD / STEP); // no deletion that overlaps makes up for it
            return new Answer.Refused(Reason.MISSING);
        }
        if (write instanceof Request.Delete && old != null) {
            return delete(old);
        }
        Version next = content(write, old, revision + 1);
        if (plant(Bug.LOST_WRITE)) {
            revision++;
            return new Answer.One(next);
        }
        boolean shared = plant(Bug.SHARED_REVISION);
        if (shared) {
            next = next.at(revision);
        }
        revision = next.revision();
        set(next);
        if (plant(Bug.REPEATED_WRITE)) {
            revision++;
            set(next.at(revision));
        }
        return plant(Bug.REFUSED_WRITE) ? new Answer.Refused(Reason.CONFLICT) : new Answer.One(next);
    }

    private Answer delete(Version old) {
        revision++;
        if (!plant(Bug.LOST_DELETION)) {
            state.remove(old.key());
            remember(old);
            events.add(new Event(now(), Type.DELETED, old.at(revision)));
        }
        return new Answer.Deleted(old.uid());
    }

    private void set(Version next) {
        Version old = state.put(next.key(), next);
        if (old != null) {
            remember(old);
        }
        changed.put(next.key(), now());
        events.add(new Event(now(), old == null ? Type.ADDED : Type.MODIFIED, next));
    }

    private void remember(Version old) {
        before.put(old.key(), old);
        changed.put(old.key(), now());
    }

    private Version content(Request.Write write, @Nullable Version old, long at) {
        return switch (write) {
            case Request.Create create -> new Version(create.key(), "u" + at, at, create.mark(), "");
            case Request.Update update when old != null -> new Version(old.key(), old.uid(), at, update.mark(), "");
            case Request.Patch patch
            when old != null -> new Version(old.key(), old.uid(), at, old.base(), patch.mark());
            default -> throw new IllegalStateException("no content of " + write);
        };
    }

    private Answer get(Request.Get get) {
        Version now = state.get(get.key());
        Version old = before.get(get.key());
        boolean settled = changed.getOrDefault(get.key(), 0L) < now() - 3 * SPREAD;
        if (!get.stale() && now != null && old != null && settled && plant(Bug.STALE_READ)) {
            return new Answer.One(old);
        }
        return now == null ? new Answer.Refused(Reason.MISSING) : new Answer.One(now);
    }

    private Answer list(Request.List list) {
        List<Version> all = state.values().stream()
                .filter(version -> list.scope().holds(version.key()))
                .collect(Collectors.toCollection(ArrayList::new));
        if (all.size() > 1 && list.limit() == 0 && plant(Bug.INCOMPLETE_LIST)) {
            all.removeFirst();
        }
        if (list.limit() == 0 || all.isEmpty()) {
            return new Answer.Pages(List.of(new Page(revision, all)), true);
        }
        List<Page> pages = new ArrayList<>();
        for (Version each : all) {
            pages.add(new Page(revision, List.of(each)));
        }
        if (pages.size() > 1 && plant(Bug.TORN_LIST)) {
            Version last = all.getLast();
            revision++;
            Version next = new Version(last.key(), last.uid(), revision, last.base(), "torn");
            operations.add(
                    new Operation(9, new Request.Patch(last.key(), "torn", 0), now(), now() + 1, new Answer.One(next)));
            set(next);
            pages.set(pages.size() - 1, new Page(pages.getFirst().revision(), List.of(next)));
        }
        return new Answer.Pages(pages, true);
    }

    private List<WatchSession> sessions() {
        List<WatchSession> sessions = new ArrayList<>();
        sessions.add(session("all", Scope.ALL, 10, Integer.MAX_VALUE));
        sessions.add(session("kind", new Scope("a/"), 10, Integer.MAX_VALUE));
        sessions.add(session("one", new Scope("a/2"), 10, Integer.MAX_VALUE));
        sessions.add(session("later", Scope.ALL, 10 + random.nextInt(50), 60));
        sessions.add(initial(10 + random.nextInt(50)));
        return sessions;
    }

    private WatchSession session(String name, Scope scope, long after, int most) {
        List<Seen> seen = new ArrayList<>();
        for (Event event : events) {
            boolean concerns = scope.holds(event.version().key());
            if (event.version().revision() > after && concerns && seen.size() < most) {
                seen.add(new Event(event.time() + random.nextLong(SPREAD), event.type(), event.version()));
                if (random.nextInt(10) == 0) {
                    seen.add(new Bookmark(event.time() + SPREAD, event.version().revision(), false));
                }
            }
        }
        return new WatchSession(name, scope, after, seen);
    }

    private WatchSession initial(long at) {
        TreeMap<String, Version> then = new TreeMap<>();
        long time = 0;
        for (Event event : events) {
            if (event.version().revision() <= at) {
                time = event.time();
                if (event.type() == Type.DELETED) {
                    then.remove(event.version().key());
                } else {
                    then.put(event.version().key(), event.version());
                }
            }
        }
        List<Seen> seen = new ArrayList<>();
        for (Version version : then.values()) {
            seen.add(new Event(time + SPREAD, Type.ADDED, version));
        }
        seen.add(new Bookmark(time + SPREAD, at, true));
        seen.addAll(session("", Scope.ALL, at, 30).seen());
        return new WatchSession("initial", Scope.ALL, WatchSession.INITIAL, seen);
    }
}
