package io.kybern.conformance.robustness.history;

import java.util.List;

/** All that clients have done and seen, from a state without objects on. */
public record History(List<Operation> operations, List<WatchSession> sessions) {
    public History {
        operations = List.copyOf(operations);
        sessions = List.copyOf(sessions);
    }
}
