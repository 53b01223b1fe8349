package io.kybern.conformance.robustness;

import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.WatchSession;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What all clients of a run have done and seen so far. Any thread. */
final class Recording {
    private static final int MOST_PROBLEMS = 20;

    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Queue<WatchSession> sessions = new ConcurrentLinkedQueue<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong marks = new AtomicLong();
    private final AtomicLong newest = new AtomicLong();

    void add(Operation operation) {
        operations.add(operation);
    }

    void add(WatchSession session) {
        sessions.add(session);
    }

    /** Something that is wrong whatever else was done and seen. */
    void problem(String line) {
        if (problems.size() < MOST_PROBLEMS) { // one error has many consequences
            problems.add(line);
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    String newMark() {
        return "m" + marks.incrementAndGet();
    }

    void saw(long revision) {
        newest.accumulateAndGet(revision, Math::max);
    }

    /** The highest revision that anybody was told. */
    long newest() {
        return newest.get();
    }

    History history() {
        return new History(List.copyOf(operations), List.copyOf(sessions));
    }
}
