package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.Answer.Page;
import io.kybern.conformance.robustness.history.Answer.Reason;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Request.Freshness;
import io.kybern.conformance.robustness.history.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether reads show a state that there was while they ran (an older one where they ask for it), lists show one state over all
 * their pages, and refusals have a reason in such a state.
 */
final class Reads {
    private final Timeline timeline;
    private final Moments moments;
    private final Findings findings;

    Reads(Timeline timeline, Moments moments, Findings findings) {
        this.timeline = timeline;
        this.moments = moments;
        this.findings = findings;
    }

    /** Sets the bounds that follow from what reads have shown, and checks lists. Before the moments are settled. */
    void bound(List<Operation> operations) {
        for (Operation operation : operations) {
            if (operation.request() instanceof Request.Get get && operation.answer() instanceof Answer.One one) {
                int shown = timeline.at(one.version().revision());
                moments.notAfter(shown, operation.returned(), operation);
                if (!get.stale()) {
                    moments.notBefore(timeline.next(shown), operation.invoked(), operation);
                }
            } else if (operation.request() instanceof Request.List list
                    && operation.answer() instanceof Answer.Pages pages) {
                boundList(operation, list, pages);
            }
        }
    }

    private void boundList(Operation operation, Request.List list, Answer.Pages pages) {
        if (pages.pages().isEmpty()) {
            return;
        }
        long revision = pages.pages().getFirst().revision();
        int shown = timeline.lastUntil(revision);
        moments.notAfter(shown, operation.returned(), operation.request() + " that shows " + revision);
        if (list.freshness() == Freshness.NEWEST) {
            moments.notBefore(shown + 1, operation.invoked(), operation.request() + " that shows " + revision);
        }
        if (list.freshness() == Freshness.EXACT && list.at() != revision) {
            findings.add("a list at %d shows %d", list.at(), revision);
        }
        List<Version> items = new ArrayList<>();
        for (Page page : pages.pages()) {
            items.addAll(page.items());
            if (page.revision() != revision) {
                findings.add("a list shows revision %d, on a later page %d", revision, page.revision());
                return;
            }
            if (list.limit() > 0 && page.items().size() > list.limit()) {
                findings.add(
                        "a page of at most %d has %d",
                        list.limit(), page.items().size());
            }
        }
        List<Version> state =
                List.copyOf(timeline.stateAt(list.scope(), revision).values());
        List<Version> expected = pages.complete() ? state : state.subList(0, Math.min(state.size(), items.size()));
        if (!items.equals(expected)) {
            findings.add(
                    "a list in %d pages at %d shows %s instead of %s",
                    pages.pages().size(), revision, items, expected);
        }
    }

    /** Checks what depends on when changes can have happened. After the moments are settled. */
    void checkRefusals(List<Operation> operations) {
        for (Operation operation : operations) {
            if (operation.answer() instanceof Answer.Refused refused && !borneOut(operation, refused.reason())) {
                findings.add("there was no moment for this refusal: %s", operation);
            }
        }
    }

    private boolean borneOut(Operation operation, Reason reason) {
        return switch (reason) {
            case NO_SPACE -> true;
            case EXPIRED -> !(operation.request() instanceof Request.Write);
            case MISSING -> isStale(operation) || anyState(operation, (version, write) -> version.isEmpty());
            case EXISTS ->
                operation.request() instanceof Request.Create
                        && anyState(operation, (version, write) -> !version.isEmpty());
            case CONFLICT ->
                anyState(
                        operation,
                        (version, write) -> write.expected() == 0
                                ? changes(operation)
                                : version.stream().noneMatch(v -> v.revision() == write.expected()));
        };
    }

    private static boolean isStale(Operation operation) {
        return operation.request() instanceof Request.Get get && get.stale();
    }

    /** Whether somebody may have got in between: only then is a write refused that expects nothing. */
    private boolean changes(Operation operation) {
        return timeline.ofKey(key(operation)).stream()
                .anyMatch(index -> moments.mayOverlap(index, index, operation.invoked(), operation.returned()));
    }

    private interface StateTest {
        boolean test(Optional<Version> version, Request.Write write);
    }

    /** Whether the object may have been in a state like this while the operation ran. */
    private boolean anyState(Operation operation, StateTest test) {
        Request.Write write =
                operation.request() instanceof Request.Write asked ? asked : new Request.Delete(key(operation), 0);
        List<Integer> changes = timeline.ofKey(key(operation));
        for (int i = -1; i < changes.size(); i++) {
            int from = i < 0 ? Timeline.NONE : changes.get(i);
            int to = i + 1 < changes.size() ? changes.get(i + 1) : Timeline.NONE;
            Optional<Version> version =
                    from == Timeline.NONE || timeline.effect(from).deletes()
                            ? Optional.empty()
                            : Optional.of(timeline.effect(from).version());
            if (moments.mayOverlap(from, to, operation.invoked(), operation.returned()) && test.test(version, write)) {
                return true;
            }
        }
        return false;
    }

    private static String key(Operation operation) {
        return switch (operation.request()) {
            case Request.Write write -> write.key();
            case Request.Get get -> get.key();
            case Request.List list -> "";
        };
    }
}
