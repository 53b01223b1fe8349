package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Scope;
import io.kybern.conformance.robustness.history.Version;
import io.kybern.conformance.robustness.history.WatchSession;
import io.kybern.conformance.robustness.history.WatchSession.Event;
import io.kybern.conformance.robustness.history.WatchSession.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All changes in the order of their revisions, as far as anybody was told of them. An index names one. */
final class Timeline {
    /** There is no such change. */
    static final int NONE = -1;

    private final List<Effect> effects;
    private final Map<String, List<Integer>> ofKey = new HashMap<>();
    private final int[] previous;
    private final int[] next;

    private Timeline(List<Effect> effects) {
        this.effects = effects;
        this.previous = new int[effects.size()];
        this.next = new int[effects.size()];
        for (int i = 0; i < effects.size(); i++) {
            List<Integer> known = ofKey.computeIfAbsent(effects.get(i).key(), key -> new ArrayList<>());
            previous[i] = known.isEmpty() ? NONE : known.getLast();
            next[i] = NONE;
            if (previous[i] != NONE) {
                next[previous[i]] = i;
            }
            known.add(i);
        }
    }

    static Timeline of(History history, Findings findings) {
        Map<Long, Effect> effects = new TreeMap<>();
        for (WatchSession session : history.sessions()) {
            for (WatchSession.Seen seen : session.seen()) {
                if (seen instanceof Event event) {
                    add(effects, new Effect(event.version(), event.type() == Type.DELETED), findings);
                }
            }
        }
        for (Operation operation : history.operations()) {
            switch (operation.answer()) {
                case Answer.One one -> add(effects, new Effect(one.version(), false), findings);
                case Answer.Pages pages ->
                    pages.pages()
                            .forEach(page -> page.items()
                                    .forEach(version -> add(effects, new Effect(version, false), findings)));
                case Answer.Deleted deleted -> {} // does not tell its revision
                case Answer.Refused refused -> {}
                case Answer.Unknown unknown -> {}
            }
        }
        return new Timeline(List.copyOf(effects.values()));
    }

    private static void add(Map<Long, Effect> effects, Effect effect, Findings findings) {
        Effect known = effects.putIfAbsent(effect.revision(), effect);
        if (known != null && !known.equals(effect)) {
            findings.add("revision %d is shown as %s and as %s", effect.revision(), known, effect);
        }
    }

    int size() {
        return effects.size();
    }

    Effect effect(int index) {
        return effects.get(index);
    }

    /** The change of the same object before. */
    int previous(int index) {
        return previous[index];
    }

    /** The change of the same object after. */
    int next(int index) {
        return next[index];
    }

    /** The changes of an object, in order. */
    List<Integer> ofKey(String key) {
        return ofKey.getOrDefault(key, List.of());
    }

    /** The last change at or before a revision. */
    int lastUntil(long revision) {
        int low = 0;
        int high = effects.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (effects.get(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The change at just this revision. */
    int at(long revision) {
        int index = lastUntil(revision);
        return index != NONE && effects.get(index).revision() == revision ? index : NONE;
    }

    /** All objects of a scope as of a revision, by key. */
    TreeMap<String, Version> stateAt(Scope scope, long revision) {
        TreeMap<String, Version> state = new TreeMap<>();
        ofKey.forEach((key, indices) -> {
            int last = NONE;
            int low = 0;
            int high = indices.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (effects.get(indices.get(middle)).revision() <= revision) {
                    last = indices.get(middle);
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (last != NONE && !effects.get(last).deletes() && scope.holds(key)) {
                state.put(key, effects.get(last).version());
            }
        });
        return state;
    }
}
