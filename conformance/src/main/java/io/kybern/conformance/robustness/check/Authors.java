package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether each change was made by one operation on the state before it, and whether each operation that was acknowledged has
 * made its change. What was refused has changed nothing; what nobody knows the end of has changed something once at most.
 */
final class Authors {
    private final Timeline timeline;
    private final Moments moments;
    private final Findings findings;
    private final Map<String, Operation> byMark = new HashMap<>();
    private final Map<String, Operation> deletions = new HashMap<>();
    private final List<Operation> uncertainDeletions = new ArrayList<>();
    private final Set<Operation> made = new HashSet<>();

    Authors(Timeline timeline, Moments moments, Findings findings) {
        this.timeline = timeline;
        this.moments = moments;
        this.findings = findings;
    }

    void check(History history) {
        history.operations().forEach(this::index);
        for (int i = 0; i < timeline.size(); i++) {
            Effect effect = timeline.effect(i);
            int before = timeline.previous(i);
            Version previous =
                    before == Timeline.NONE || timeline.effect(before).deletes()
                            ? null
                            : timeline.effect(before).version();
            if (effect.deletes()) {
                checkDeletion(i, effect.version(), previous);
            } else {
                checkWrite(i, effect.version(), previous);
            }
        }
        for (Operation operation : history.operations()) {
            boolean acknowledged = operation.request() instanceof Request.Write
                    && (operation.answer() instanceof Answer.One || operation.answer() instanceof Answer.Deleted);
            if (acknowledged && !made.contains(operation)) {
                findings.add("an acknowledged write is lost: %s", operation);
            }
        }
    }

    private void index(Operation operation) {
        switch (operation.request()) {
            case Request.Create create -> byMark.put(create.mark(), operation);
            case Request.Update update -> byMark.put(update.mark(), operation);
            case Request.Patch patch -> byMark.put(patch.mark(), operation);
            case Request.Delete delete -> {
                if (operation.answer() instanceof Answer.Deleted deleted) {
                    Operation other = deletions.put(deleted.uid(), operation);
                    if (other != null) {
                        findings.add("two deletions of one object are acknowledged: %s and %s", other, operation);
                    }
                } else if (operation.answer() instanceof Answer.Unknown) {
                    uncertainDeletions.add(operation);
                }
            }
            case Request.Get get -> {}
            case Request.List list -> {}
        }
    }

    private void checkDeletion(int index, Version deleted, @Nullable Version previous) {
        if (previous == null) {
            findings.add("%s is deleted, but was not there", deleted);
            return;
        }
        if (!deleted.hasContentOf(previous)) {
            findings.add("a deletion shows %s, but the last state was %s", deleted, previous);
        }
        Operation author = deletions.get(deleted.uid());
        if (author != null) {
            checkExpected(author, previous);
            made.add(author);
            moments.notBefore(index, author.invoked(), author);
            moments.notAfter(index, author.returned(), author);
            return;
        }
        uncertainDeletions.stream()
                .filter(operation -> operation.request() instanceof Request.Delete delete
                        && delete.key().equals(deleted.key())
                        && (delete.expected() == 0 || delete.expected() == previous.revision()))
                .min(Comparator.comparingLong(Operation::invoked)) // which sets the weakest bound
                .ifPresentOrElse(
                        first -> moments.notBefore(index, first.invoked(), first),
                        () -> findings.add("nobody has deleted %s", deleted));
    }

    private void checkWrite(int index, Version written, @Nullable Version previous) {
        if (previous != null && !previous.uid().equals(written.uid())) {
            findings.add("%s has become %s without a deletion", previous, written);
            return;
        }
        Operation author = author(written, previous);
        if (author == null) {
            findings.add("nobody has made %s of %s", written, previous == null ? "nothing" : previous);
            return;
        }
        checkExpected(author, previous);
        if (!made.add(author)) {
            findings.add("it took place twice, the second time as %s: %s", written, author);
        }
        moments.notBefore(index, author.invoked(), author);
        switch (author.answer()) {
            case Answer.One one -> {
                moments.notAfter(index, author.returned(), author);
                if (!one.version().equals(written)) {
                    findings.add("it was acknowledged otherwise than it took place, as %s: %s", written, author);
                }
            }
            case Answer.Unknown unknown -> {}
            default -> findings.add("what was refused took place, as %s: %s", written, author);
        }
    }

    /** Who made this of that, by the marks. */
    private @Nullable Operation author(Version written, @Nullable Version previous) {
        boolean patched = previous != null && previous.base().equals(written.base());
        Operation author = byMark.get(patched ? written.patched() : written.base());
        if (author == null || !patched && !written.patched().isEmpty()) {
            return null;
        }
        boolean fits = switch (author.request()) {
            case Request.Create create -> previous == null;
            case Request.Update update -> previous != null && !patched;
            case Request.Patch patch -> patched;
            default -> false;
        };
        return fits
                        && author.request() instanceof Request.Write write
                        && write.key().equals(written.key())
                ? author
                : null;
    }

    private void checkExpected(Operation author, @Nullable Version previous) {
        long expected = author.request() instanceof Request.Write write ? write.expected() : 0;
        if (expected != 0 && (previous == null || previous.revision() != expected)) {
            findings.add(
                    "it took place on %s, not on the revision that it expects: %s",
                    previous == null ? "nothing" : previous, author);
        }
    }
}
