package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.History;
import java.util.List;

/**
 * Finds what in a history a server that keeps its promises can't have done: writes are linearizable, reads and lists show
 * states that there were, watches have no gap, no repetition and no other order than revisions. Where deletions are acknowledged
 * one watch at least has to have seen all.
 */
public final class Checker {
    private Checker() {}

    /** One line for each thing that is wrong; empty: nothing is. */
    public static List<String> check(History history) {
        Findings findings = new Findings();
        Timeline timeline = Timeline.of(history, findings);
        Moments moments = new Moments(timeline);
        Reads reads = new Reads(timeline, moments, findings);
        Watches watches = new Watches(timeline, moments, findings);
        new Authors(timeline, moments, findings).check(history);
        reads.bound(history.operations());
        watches.bound(history.sessions());
        watches.check(history.sessions());
        moments.settle(findings);
        reads.checkRefusals(history.operations());
        return findings.lines();
    }
}
